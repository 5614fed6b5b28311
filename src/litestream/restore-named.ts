/** Litestream replicas among the databases that a command was given. */
import { join } from "node:path";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { formatBytes, formatCount } from "../../runtime/core/quantities.ts";
import type { Replica } from "../../runtime/load/litestream/replica.ts";
import { restore } from "../../runtime/load/litestream/restore.ts";
import type { NamedDatabase } from "../../runtime/publisher/facts.ts";
import type { AwsClients } from "../aws/clients.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { openReplica } from "./open-replica.ts";
import { isReplica } from "./replica-place.ts";

/**
 * The databases with replicas restored, as they were at `at` (ISO 8601; undefined for their latest state),
 * each into a database of its own in `folder`. Throws a DslError.
 */
export async function restoreNamed(
  databases: NamedDatabase[],
  { at, clients }: { at: string | undefined; clients: () => Promise<AwsClients> },
  folder: string,
  reporter: Reporter,
): Promise<NamedDatabase[]> {
  if (at !== undefined && !databases.some(({ path }) => isReplica(path))) {
    throw new DslError(
      "nothing_to_restore",
      `--at ${at} is about Litestream replicas, and none was named`,
      "leave --at out, or name a replica: litestream:s3://bucket/path",
      { exitCode: 2 },
    );
  }
  const ready: NamedDatabase[] = [];
  for (const database of databases) {
    const { name, path } = database;
    if (!isReplica(path)) {
      ready.push(database);
      continue;
    }
    const target = join(folder, `restored-${ready.length}.db`);
    const replica = await openReplica(path, clients);
    await restoreStep(replica, at === undefined ? null : Date.parse(at), target, reporter);
    ready.push({ name, path: target, source: path });
  }
  return ready;
}

async function restoreStep(
  replica: Replica,
  at: number | null,
  target: string,
  reporter: Reporter,
): Promise<void> {
  const step = reporter.step(`Restoring ${replica.name}`);
  try {
    const { txid, timestamp, files, size } = await restore(replica, at, target, (done, all) =>
      step.progress(done, all, `file ${done + 1} of ${all}`),
    );
    const when = new Date(timestamp).toISOString().replace(/\.\d+Z$/, "Z");
    step.done(
      `${formatBytes(size)} from ${formatCount(files, "file")}, transaction ${txid}, ${when}`,
    );
  } catch (error) {
    step.fail();
    throw error;
  }
}
