/** A site that follows a Litestream replica by a function, which the replica's bucket wakes. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MANIFEST_KEY } from "../../runtime/core/format/manifest.ts";
import type { BucketStore } from "../../src/aws/bucket-store.ts";
import { openSite } from "../../src/sites/open-site.ts";
import type { FakeLitestream } from "../runtime/load/litestream/fake-litestream.ts";
import { commitOnce, openLive } from "./live-writer.ts";
import { commitsOfVersions, manifestAt } from "./published-versions.ts";
import { getJson, type Rehearsal, startRehearsal } from "./rehearsal.ts";
import { replicaInBucket } from "./replica-bucket.ts";

const REPLICA = "litestream:s3://replicas/live.db";
/** By hand more: each is a sync of the replica, with some commits. */
const SYNCS = Number(process.env.FOLLOW_SYNCS ?? 30);

let rehearsal: Rehearsal;
let live: Database.Database;
let litestream: FakeLitestream;
let url: string;

beforeAll(async () => {
  rehearsal = await startRehearsal();
  live = openLive(join(rehearsal.folder, "live.db"));
  litestream = await replicaInBucket(rehearsal.clients);
  await write(1);
});
afterAll(() => rehearsal.end());

async function write(commits: number): Promise<void> {
  for (let i = 0; i < commits; i++) commitOnce(live);
  await litestream.sync(live.serialize());
}

function lastCommit(): number {
  return Number(live.prepare("select n from counter").pluck().get());
}

async function store(): Promise<BucketStore> {
  return (await openSite(rehearsal.clients, "live")).store;
}

async function commitOnSite(): Promise<number> {
  const rows = await getJson(url, "/live/counter.json?_shape=array");
  return (rows as unknown as { n: number }[])[0]!.n;
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  for (let i = 0; i < 1200; i++) {
    if (await condition()) return;
    await sleep(50);
  }
  throw new Error(`not in time: ${what}`);
}

/** Kills the environments of the function that follows, wherever they are; how many there were. */
function killFunction(): number {
  let killed = 0;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const environment = readEnvironment(pid);
    const isOurs = environment.includes(rehearsal.folder);
    if (isOurs && environment.includes("AWS_LAMBDA_FUNCTION_NAME=live-follow")) {
      process.kill(Number(pid), "SIGKILL");
      killed++;
    }
  }
  return killed;
}

function readEnvironment(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    return "";
  }
}

test("the bucket is asked for its events first", async () => {
  const { exitCode, stderr } = await rehearsal.dsl(
    "update-stack",
    "live",
    REPLICA,
    "--follow-in-lambda",
  );
  expect(exitCode).toBe(2);
  expect(stderr).toContain("The bucket replicas does not send its events to EventBridge");
  expect(stderr).toContain("Error: This needs a confirmation and nobody can answer here");
});

test("a function follows a replica through merging, snapshots and kills: each version is a state that the database had, the last is the last", async () => {
  const deployed = await rehearsal.update(
    "live",
    REPLICA,
    "--follow-in-lambda",
    "--yes",
    "--refresh",
    "1",
  );
  url = String(deployed.url);
  for (let i = 0; i < SYNCS; i++) {
    await write(1 + Math.floor(Math.random() * 30));
    if (i % 7 === 3) await litestream.compact(1);
    if (i % 9 === 5) await litestream.expire();
    if (i % 25 === 13) await litestream.snapshot();
    if (i % 15 === 10) await until(async () => killFunction() > 0, "the function runs");
    await sleep(60);
  }
  // A kill takes its messages with it for a while; the next transaction, or the schedule, is the next hint.
  await until(async () => {
    if ((await commitOnSite()) === lastCommit()) return true;
    await sleep(1_000);
    await write(1);
    return false;
  }, "the last commit on the site");

  const status = await rehearsal.result("status", "live");
  expect(status.follows).toMatchObject([
    { database: "live", replica: REPLICA, txid: litestream.txid, newest_txid: litestream.txid },
  ]);
  const before = lastCommit();
  await litestream.beginAnew();
  await write(1);
  await until(async () => (await commitOnSite()) === before + 1, "what was begun anew");

  const commits = await commitsOfVersions(await store(), 1, rehearsal.folder);
  expect(commits).toEqual(commits.toSorted((a, b) => a - b));
  expect(commits.at(-1)).toBe(before + 1);
  expect(commits.length).toBeGreaterThan(4);
});

test("dsl watch is refused beside it; an update leaves it as it is; taken away, it leaves the data", async () => {
  const watch = await rehearsal.dsl("watch", "live", REPLICA);
  expect(watch).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining("live is followed by the function of the stack live-follow"),
  });
  const again = await rehearsal.update("live", REPLICA, "--title", "Live");
  expect(again).toMatchObject({ changed: true });
  await rehearsal.update("live", REPLICA, "--title", "Live", "--no-follow-in-lambda");
  const last = await manifestAt(await store(), MANIFEST_KEY);
  await write(1);
  const site = await openSite(rehearsal.clients, "live");
  expect(site.stacks.has("follow")).toBe(false);
  expect(last.databases.map(({ name, origin }) => [name, origin])).toEqual([["live", "follow"]]);
  expect(await commitOnSite()).toBe(lastCommit() - 1);
});
