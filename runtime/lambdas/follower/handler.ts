/** The function that follows Litestream replicas: SQS wakes it when a replica has new files, and now and then. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clock } from "../../core/clock.ts";
import { log, logError } from "../../core/log.ts";
import { SOFTWARE } from "../../core/software.ts";
import { S3Store } from "../../core/store/s3-store.ts";
import { collectAtTimes } from "../../load/inbox/collect-at-times.ts";
import { storeReplica } from "../../load/litestream/replica.ts";
import {
  type FollowedReplica,
  hintedReplicas,
  parseReplicas,
} from "../../load/litestream/replica-event.ts";
import { ReplicaFollower } from "../../load/litestream/replica-follower.ts";

const { env } = process;
const store = new S3Store(env.DSL_BUCKET ?? "");
const replicas = parseReplicas(env.DSL_REPLICAS ?? "[]");
/** With less time left nothing is tidied up. */
const TIDY_MS = 120_000;
/** Kept from call to call: a private copy of each database. */
const followers = new Map<string, ReplicaFollower>();

interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** Throws when a replica could not be followed to its end; the others are followed all the same. */
export async function handler(event: unknown, context: LambdaContext): Promise<void> {
  const failures: unknown[] = [];
  for (const replica of hintedReplicas(event, replicas)) {
    try {
      await followOne(replica);
    } catch (error) {
      logError(`${replica.name} could not be followed now`, error);
      failures.push(error);
    }
  }
  if (context.getRemainingTimeInMillis() > TIDY_MS) await tidy();
  if (failures.length > 0) throw failures[0];
}

async function followOne(replica: FollowedReplica): Promise<void> {
  const started = clock();
  const { name } = replica;
  const follower = followers.get(name) ?? newFollower(replica);
  followers.set(name, follower);
  const { what, ...facts } = await follower.follow();
  const milliseconds = Math.round(clock() - started);
  const level = what === "not on the site" ? "warn" : "info";
  const txid = "txid" in facts ? Number(facts.txid) : undefined;
  log(level, what, { database: name, ...facts, txid, milliseconds });
}

function newFollower({ name, bucket, prefix }: FollowedReplica): ReplicaFollower {
  const place = `litestream:s3://${[bucket, prefix].filter((part) => part !== "").join("/")}`;
  return new ReplicaFollower(
    store,
    {
      name,
      replica: storeReplica(place, new S3Store(bucket), prefix),
      path: join(tmpdir(), `followed-${followers.size}.db`),
    },
    SOFTWARE,
    (sentence) => log("warn", sentence, { database: name }),
  );
}

/** What goes wrong here is no reason to follow again. */
async function tidy(): Promise<void> {
  try {
    const collected = await collectAtTimes(store);
    if (collected !== null) log("info", "removed old versions", { objects: collected.objects });
  } catch (error) {
    logError("old versions could not be removed", error);
  }
}
