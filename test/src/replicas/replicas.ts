/** Replicas as tests make them, without a process of their own. */
import { join } from "node:path";
import type { Retention } from "../../../runtime/core/format/retention.ts";
import type { PublishResult } from "../../../runtime/publisher/publish/publish.ts";
import { destinationOf } from "../../../src/replicas/destination.ts";
import { Replica } from "../../../src/replicas/replica.ts";
import { restoreReplica } from "../../../src/replicas/restore.ts";
import type { Reporter } from "../../../src/terminal/reporter.ts";
import { AwsClock } from "../../../src/watch/aws-clock.ts";
import { Follower } from "../../../src/watch/follower.ts";
import { LiveSource } from "../../../src/watch/live-source.ts";

export async function noAws(): Promise<never> {
  throw new Error("AWS was asked");
}

/** The replica of a database in the folder `copies/shop` of `to`, and what sends a version; `folder` is for its own files. */
export function replicaOf(
  path: string,
  folder: string,
  to: string = folder,
  keep: Retention | null = null,
) {
  const database = { name: "shop", path };
  const destination = destinationOf(`${to}/copies/$DB_NAME`, database, folder);
  const replica = new Replica(
    database,
    destination,
    { intervalMs: 1000, keep },
    noAws,
    new AwsClock(SILENT),
  );
  const follower = new Follower(database.name, new LiveSource(path), join(folder, "mirror.db"));
  const send = async (): Promise<PublishResult> => {
    const store = await replica.store(false);
    await replica.publisher.findCurrent(store);
    await follower.look();
    return replica.publisher.publish(store, [await follower.take()]);
  };
  return { replica, follower, send, place: join(to, "copies", "shop") };
}

export const SILENT: Reporter = {
  step: () => ({ progress() {}, line() {}, done() {}, fail() {} }),
  info() {},
  warn() {},
  event() {},
  output() {},
  result() {},
  confirm: async () => {},
  ifInterrupted() {},
};

export function restore(
  from: string,
  out: string,
  which: { version: number } | { at: string } | null = null,
  force = false,
): Promise<void> {
  return restoreReplica(noAws, { from, out, which, force }, SILENT);
}
