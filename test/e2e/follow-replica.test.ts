/** A site that follows a Litestream replica in a bucket, from this machine. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type Database from "better-sqlite3";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { MANIFEST_KEY } from "../../runtime/core/format/manifest.ts";
import type { BucketStore } from "../../src/aws/bucket-store.ts";
import { openSite } from "../../src/sites/open-site.ts";
import type { FakeLitestream } from "../runtime/load/litestream/fake-litestream.ts";
import { startCli } from "../src/cli/run-cli.ts";
import { commitOnce, openLive } from "./live-writer.ts";
import { commitsOfVersions, manifestAt } from "./published-versions.ts";
import { getJson, type Rehearsal, startRehearsal } from "./rehearsal.ts";
import { replicaInBucket } from "./replica-bucket.ts";

const REPLICA = "litestream:s3://replicas/live.db";
/** By hand more: each is a sync of the replica, with some commits. */
const SYNCS = Number(process.env.FOLLOW_SYNCS ?? 60);

let rehearsal: Rehearsal;
let live: Database.Database;
let litestream: FakeLitestream;
const running = new Set<ReturnType<typeof startCli>>();

beforeAll(async () => {
  rehearsal = await startRehearsal();
  live = openLive(join(rehearsal.folder, "live.db"));
  litestream = await replicaInBucket(rehearsal.clients);
  await write(1);
});
afterEach(() => {
  for (const command of running) command.kill("SIGKILL");
});
afterAll(() => rehearsal.end());

async function write(commits: number): Promise<void> {
  for (let i = 0; i < commits; i++) commitOnce(live);
  await litestream.sync(live.serialize());
}

function start(...args: string[]) {
  const env = {
    DSL_LOCAL_HOME: join(rehearsal.folder, "local-aws"),
    DSL_CACHE: join(rehearsal.folder, "cache"),
  };
  const command = startCli([...args, "--local"], { env, cwd: rehearsal.folder });
  running.add(command);
  command.then(() => running.delete(command));
  return command;
}

/** Resolves when the command has said something that matches. */
function says(command: ReturnType<typeof startCli>, pattern: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    const listen = (chunk: Buffer) => {
      said += chunk;
      if (pattern.test(said)) resolve();
    };
    command.stdout?.on("data", listen);
    command.stderr?.on("data", listen);
    command.then(() => reject(new Error(`it ended, having said: ${said}`)));
  });
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  for (let i = 0; i < 2000; i++) {
    if (await condition()) return;
    await sleep(50);
  }
  throw new Error(`not in time: ${what}`);
}

async function store(): Promise<BucketStore> {
  return (await openSite(rehearsal.clients, "live")).store;
}

async function commitOnSite(): Promise<number> {
  const [service] = (await rehearsal.result("list")).sites as { url: string }[];
  const rows = await getJson(service!.url, "/live/counter.json?_shape=array");
  return (rows as unknown as { n: number }[])[0]!.n;
}

test("a replica is followed through merging, snapshots and kills: each version is a state that the database had, the last is the last", async () => {
  const first = start("update-stack", "live", REPLICA, "--follow", "--refresh", "1");
  await says(first, /Version \d+ of live(: | is what)/);
  let follower = first;
  const kills = new Set([Math.floor(SYNCS / 3), Math.floor((2 * SYNCS) / 3)]);
  for (let i = 0; i < SYNCS; i++) {
    await write(1 + Math.floor(Math.random() * 30));
    if (i % 7 === 3) await litestream.compact(1);
    if (i % 20 === 11) await litestream.compact(2);
    if (i % 9 === 5) await litestream.expire();
    if (i % 25 === 13) await litestream.snapshot();
    if (kills.has(i)) {
      follower.kill("SIGKILL");
      await follower;
      follower = start("watch", "live", REPLICA, "--interval", "500ms");
    }
    await sleep(50);
  }
  const n = Number(live.prepare("select n from counter").pluck().get());
  await until(async () => {
    const commits = await manifestAt(await store(), MANIFEST_KEY);
    return commits.databases[0]?.origin === "follow" && (await commitOnSite()) === n;
  }, `commit ${n} on the site`);

  const saysSo = says(follower, /begun anew/);
  await litestream.beginAnew();
  await write(1);
  await saysSo;
  await until(async () => (await commitOnSite()) === n + 1, "what was begun anew is on the site");
  await write(1);
  follower.kill("SIGTERM");
  const { exitCode, stderr } = await follower;
  expect(exitCode, stderr).toBe(0);

  const commits = await commitsOfVersions(await store(), 1, rehearsal.folder);
  expect(commits).toEqual(commits.toSorted((a, b) => a - b));
  expect(commits.at(-1)).toBe(n + 2);
  expect(commits.length).toBeGreaterThan(5);
});

test("what cannot be followed is said before anything is done", async () => {
  const refused = async (...args: string[]) => {
    const { exitCode, stderr } = await rehearsal.dsl(...args);
    return [exitCode, stderr.split("\n")[0]];
  };
  expect(await refused("update-stack", "other", "live.db", "--follow")).toEqual([
    2,
    "Error: --follow is about Litestream replicas, and none was named",
  ]);
  expect(await refused("watch", "live", "litestream:s3://replicas/other.db")).toEqual([
    1,
    "Error: There is no snapshot in litestream:s3://replicas/other.db",
  ]);
});
