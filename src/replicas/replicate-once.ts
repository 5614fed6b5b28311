/** `dsl replicate --once`: what the databases have now, as one more version each. */
import { join } from "node:path";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { formatBytes, formatCount } from "../../runtime/core/quantities.ts";
import { collectGarbage } from "../../runtime/publisher/collect/collect.ts";
import type { PublishResult } from "../../runtime/publisher/publish/publish.ts";
import { explainAwsError } from "../aws/errors.ts";
import type { Reporter, Step } from "../terminal/reporter.ts";
import { transfer } from "../terminal/transfer.ts";
import { Follower } from "../watch/follower.ts";
import { LiveSource } from "../watch/live-source.ts";
import type { Replica } from "./replica.ts";

/** Each time another replicator was faster. */
const ATTEMPTS = 5;
/** Old versions are removed by the first run in each span of this length: each kept version is read then. */
const COLLECT_MS = 3 * 3_600_000;

/** One after the other. What fails is said when the others are done: throws the first error. */
export async function replicateOnce(
  replicas: readonly Replica[],
  workFolder: string,
  reporter: Reporter,
): Promise<void> {
  const failures: unknown[] = [];
  const done: { replica: Replica; result: PublishResult }[] = [];
  for (const [at, replica] of replicas.entries()) {
    const step = reporter.step(`Replicating ${replica.database.name}`);
    try {
      const result = await publishOnce(replica, join(workFolder, `${at}.db`), step, reporter);
      const { version, blocksUploaded, bytesUploaded } = result;
      const sent = `${formatCount(blocksUploaded, "block")}, ${formatBytes(bytesUploaded)} sent`;
      step.done(
        bytesUploaded === 0 ? `version ${version} is what it has` : `version ${version}, ${sent}`,
      );
      done.push({ replica, result });
    } catch (error) {
      step.fail();
      failures.push(error);
      if (replicas.length > 1) reporter.warn(`${replica.database.name}: ${sentence(error)}`);
    }
  }
  if (done.length > 0) {
    reporter.result(
      done.map(
        ({ replica, result }) =>
          `${replica.url} has ${replica.database.name}, version ${result.version}`,
      ),
      {
        replicas: done.map(({ replica: { database, url }, result }) => ({
          database: database.name,
          path: database.path,
          replica: url,
          version: result.version,
          blocks_uploaded: result.blocksUploaded,
          bytes_uploaded: result.bytesUploaded,
        })),
      },
    );
  }
  if (failures.length > 0) throw failures[0];
}

async function publishOnce(
  replica: Replica,
  mirror: string,
  step: Step,
  reporter: Reporter,
): Promise<PublishResult> {
  const { publisher, database } = replica;
  const store = await replica.store(false);
  const before = await replica.claim();
  const follower = new Follower(database.name, new LiveSource(database.path), mirror);
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        await publisher.findCurrent(store);
        const facts = await follower.take();
        const show = transfer(step);
        const result = await publisher.publish(store, [facts], ({ bytes, totalBytes }) =>
          show(bytes, totalBytes),
        );
        const span = (time: number) => Math.floor(time / COLLECT_MS);
        const isFirst = span(Date.parse(before.publishedAt)) < span(Date.now());
        if (isFirst && result.bytesUploaded > 0) {
          await collectGarbage(store, null).catch((error) => {
            reporter.warn(
              `Old versions of ${replica.url} could not be removed: ${sentence(error)}`,
            );
          });
        }
        return result;
      } catch (error) {
        const isConflict = error instanceof DslError && error.code === "publish_conflict";
        if (!isConflict || attempt === ATTEMPTS) throw error;
      }
    }
  } finally {
    follower.close();
  }
}

function sentence(error: unknown): string {
  const explained = explainAwsError(error);
  return explained instanceof Error ? explained.message : String(explained);
}
