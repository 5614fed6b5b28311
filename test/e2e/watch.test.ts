/** `dsl watch`: a site that follows databases which other processes write to. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { historyKey, MANIFEST_KEY } from "../../runtime/core/format/manifest.ts";
import type { BucketStore } from "../../src/aws/bucket-store.ts";
import { openSite } from "../../src/sites/open-site.ts";
import type { WatchStatus } from "../../src/watch/status.ts";
import { contentHash } from "../content-hash.ts";
import { startCli } from "../src/cli/run-cli.ts";
import { commitOnce, openLive } from "./live-writer.ts";
import { commitsOfVersions, manifestAt } from "./published-versions.ts";
import { getJson, type Rehearsal, startRehearsal } from "./rehearsal.ts";

const WRITER = join(import.meta.dirname, "live-writer.ts");
/** By hand: 60 and 10. */
const SECONDS = Number(process.env.WATCH_SECONDS ?? 4);
const KILLS = Number(process.env.WATCH_KILLS ?? 2);

let rehearsal: Rehearsal;
let url: string;
let live: string;
const running = new Set<ReturnType<typeof startCli>>();

beforeAll(async () => {
  rehearsal = await startRehearsal();
  live = join(rehearsal.folder, "live.db");
  const database = openLive(live);
  commitOnce(database);
  database.close();
  const options = ["--storage", "s3", "--refresh", "1", "--setting", "default_page_size", "7"];
  url = String((await rehearsal.update("live", live, ...options)).url);
});
afterEach(async () => {
  for (const command of running) command.kill("SIGKILL");
  await rehearsal.inject([]);
});
afterAll(() => rehearsal.end());

/** `dsl watch live ARGS`; `machine` is where its status is. */
function watch(machine: string, ...args: string[]) {
  const DSL_CACHE = join(rehearsal.folder, machine);
  const env = { DSL_LOCAL_HOME: join(rehearsal.folder, "local-aws"), DSL_CACHE };
  const command = startCli(["watch", "live", ...args, "--local"], { env, cwd: rehearsal.folder });
  running.add(command);
  command.then(() => running.delete(command));
  return command;
}

/** Resolves when the command has said something that matches, with all that it has said since this was called. */
function says(command: ReturnType<typeof startCli>, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    setTimeout(
      () => reject(new Error(`it has not said ${pattern}, but: ${said}`)),
      100_000,
    ).unref();
    const listen = (chunk: Buffer) => {
      said += chunk;
      if (pattern.test(said)) resolve(said);
    };
    command.stdout?.on("data", listen);
    command.stderr?.on("data", listen);
    command.then(() => reject(new Error(`it ended, having said: ${said}`)));
  });
}

async function store(): Promise<BucketStore> {
  const site = await openSite(rehearsal.clients, "live");
  return site.store;
}

async function commitOnSite(): Promise<number> {
  const rows = await getJson(url, "/live/counter.json?_shape=array");
  return (rows as unknown as { n: number }[])[0]!.n;
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  for (let i = 0; i < 2000; i++) {
    if (await condition()) return;
    await sleep(50);
  }
  throw new Error(`not in time: ${what}`);
}

test("a thousand commits a second, the follower killed at random: each version is a state that the database had, the last is the last", async () => {
  const writer = execa(process.execPath, [WRITER, live, "1000"]);
  for (let kill = 0; kill < KILLS; kill++) {
    const killed = watch("here", "live.db", "--interval", "200ms");
    await says(killed, /Version/);
    await sleep(Math.random() * 900);
    killed.kill("SIGKILL");
    await killed;
  }
  const last = watch("here", "live.db", "--metrics", "127.0.0.1:0");
  const said = await says(last, /Version/);
  await sleep(SECONDS * 1000);
  writer.kill("SIGTERM");
  const { n } = JSON.parse((await writer).stdout);
  await until(async () => (await commitOnSite()) === n, `commit ${n} on the site`);
  await expectMetrics(said);
  last.kill("SIGTERM");
  expect((await last).exitCode, (await last).stderr).toBe(0);

  const { version, settings, databases } = await manifestAt(await store(), MANIFEST_KEY);
  expect({ settings, origins: databases.map(({ origin }) => origin) }).toEqual({
    settings: { default_page_size: "7" },
    origins: ["follow"],
  });
  const commits = await commitsOfVersions(await store(), 2, rehearsal.folder);
  expect(commits).toEqual(commits.toSorted((a, b) => a - b));
  expect(commits.at(-1)).toBe(n);
  // Far fewer versions than commits, and more than those of the starts.
  expect(version).toBeGreaterThan(KILLS + 2);
  expect(n).toBeGreaterThan(2 * version);

  const restored = join(rehearsal.folder, "restored.db");
  await rehearsal.result("download", "live", "live", "--out", restored);
  expect(contentHash(restored)).toBe(contentHash(live));
});

/** That every documented metric is there and true of a follower that has published all of `live.db`. */
async function expectMetrics(said: string): Promise<void> {
  const url = /http\S+\/metrics/.exec(said)![0];
  const text = await (await fetch(url)).text();
  const values = new Map(
    [...text.matchAll(/^(\w+)\{([^}]*)\} (\S+)$/gm)].map(([, name, labels, value]) => [
      name!,
      { labels, value: Number(value) },
    ]),
  );
  const documentation = readFileSync(join(import.meta.dirname, "../../docs/watch.md"), "utf8");
  const documented = documentation.match(/dsl_watch_[a-z_]+/g)!;
  expect([...values.keys()].sort()).toEqual([...new Set(documented)].sort());
  for (const name of values.keys()) expect(text).toMatch(new RegExp(`^# TYPE ${name} `, "m"));
  expect(values.get("dsl_watch_copies_total")!.labels).toBe('site="live",database="live"');
  const status = (await (await fetch(url.replace("metrics", "status"))).json()) as WatchStatus;
  const [database] = status.databases;
  expect(database).toMatchObject({ name: "live", path: "live.db", error: null, wal: true });
  expect(Date.now() - Date.parse(status.last_success!)).toBeLessThan(120_000);
  const expected = {
    up: 1,
    versions_total: status.versions,
    sent_bytes_total: status.bytes,
    errors_total: 0,
    last_success_timestamp_seconds: Date.parse(status.last_success!) / 1000,
    last_lag_seconds: status.last_lag_seconds,
    lag_seconds: 0,
    database_up: 1,
    database_bytes: await publishedBytes(),
    copies_total: database!.copies,
    repaired_blocks_total: 0,
  };
  for (const [name, value] of Object.entries(expected)) {
    expect([name, values.get(`dsl_watch_${name}`)!.value]).toEqual([name, value]);
  }
  expect(status).toMatchObject({
    site: "live",
    version: expect.any(Number),
    pid: expect.any(Number),
  });
  expect((await fetch(url.replace("metrics", "other"))).status).toBe(404);
  expect((await fetch(url, { method: "POST" })).status).toBe(405);
}

async function publishedBytes(): Promise<number> {
  return (await manifestAt(await store(), MANIFEST_KEY)).databases[0]!.size;
}

test("two followers: on one machine the second is refused, from two machines one ends, saying why, and the other goes on", async () => {
  const database = openLive(live);
  const first = watch("here", "live.db");
  await says(first, /Version/);
  const second = await watch("here", "live.db");
  expect(second).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining("is followed already, by process"),
  });
  const status = await rehearsal.dslWith(
    { DSL_CACHE: join(rehearsal.folder, "here") },
    ...["watch", "live", "--status"],
  );
  expect(JSON.parse(status.stdout)).toMatchObject([
    { site: "live", error: null, databases: [{ name: "live", wal: true }] },
  ]);

  const third = watch("elsewhere", "live.db");
  await says(third, /Following/);
  await until(async () => {
    commitOnce(database);
    return !running.has(first) || !running.has(third);
  }, "one of two followers ends");
  const ended = await Promise.race([first, third]);
  expect(ended.exitCode).toBe(3);
  expect(ended.stderr).toContain("Error: Somebody else published another live");
  const n = database.prepare("select n from counter").pluck().get();
  await until(async () => (await commitOnSite()) === n, "the other one goes on");
  database.close();
});

test("a directory is followed, what fails for a while is said once and caught up, and deleted rows are not published", async () => {
  const secret = "a deleted secret";
  const folder = join(rehearsal.folder, "many");
  const make = (name: string) => {
    const database = new Database(join(folder, name));
    database.pragma("journal_mode = WAL");
    database.pragma("secure_delete = OFF");
    database.exec("create table t (id integer primary key, note)");
    return database;
  };
  mkdirSync(folder);
  const one = make("one.db");
  const follower = watch("here", folder, "--interval", "100ms", "--keep", "100,30d");
  await says(follower, /Version/);
  const two = make("two.sqlite");
  const notes = (note: string) => {
    for (const each of [one, two]) each.prepare("insert into t (note) values (?)").run(note);
  };
  notes("first");
  const seen = async (database: string) => {
    const response = await fetch(new URL(`/${database}/t.json?_shape=array`, url));
    return response.ok
      ? ((await response.json()) as { note: string }[]).map(({ note }) => note)
      : [];
  };
  await until(async () => (await seen("two")).includes("first"), "a new file is on the site");

  await rehearsal.inject([
    {
      service: "s3",
      operation: "PutObject",
      kind: "error",
      code: "ExpiredToken",
      status: 400,
      message: "The provided token has expired.",
      probability: 1,
      after: 0,
    },
  ]);
  for (let i = 0; i < 5; i++) {
    notes(`${secret} ${i}`);
    await sleep(500);
  }
  for (const each of [one, two]) each.exec(`delete from t where note like '${secret}%'`);
  notes("after");
  await rehearsal.inject([]);
  await until(
    async () => (await seen("one")).includes("after") && (await seen("two")).includes("after"),
    "it is caught up",
  );
  follower.kill("SIGINT");
  const { exitCode, stderr } = await follower;
  expect({ exitCode, said: stderr.match(/Publishing to live fails/g)?.length }).toEqual({
    exitCode: 0,
    said: 1,
  });
  expect(stderr).toContain("Publishing to live works again");
  const { databases } = await manifestAt(await store(), MANIFEST_KEY);
  expect(databases.map(({ name, origin }) => [name, origin])).toEqual([
    ["live", "follow"],
    ["one", "follow"],
    ["two", "follow"],
  ]);
  // An update of the site leaves what is followed as it is, whether it is named or not.
  const update = await rehearsal.dsl(
    "update-stack",
    "live",
    "live.db",
    "--setting",
    "default_page_size",
    "9",
  );
  expect(update.stderr).toContain("live stays as it was published when it was followed");
  const updated = await manifestAt(await store(), MANIFEST_KEY);
  expect(updated).toMatchObject({
    settings: { default_page_size: "9" },
    keep: { versions: 100, hours: 720 },
  });
  expect(updated.databases.map(({ sha256 }) => sha256)).toEqual(
    databases.map(({ sha256 }) => sha256),
  );
  const path = join(rehearsal.folder, "published-one.db");
  await rehearsal.result("download", "live", "one", "--out", path);
  expect(readFileSync(path).includes(secret)).toBe(false);
  one.close();
  two.close();
});

test("a rollback and a removal by somebody else end it with exit code 3, and it undoes neither", async () => {
  const database = openLive(live);
  const first = watch("here", "live.db");
  await says(first, /Version/);
  commitOnce(database);
  const n = database.prepare("select n from counter").pluck().get();
  await until(async () => (await commitOnSite()) === n, "the commit is on the site");
  // Versions before may differ in another database only.
  const { version, databases } = await manifestAt(await store(), MANIFEST_KEY);
  const isOther = async (number: number) =>
    (await manifestAt(await store(), historyKey(number))).databases.find(
      ({ name }) => name === "live",
    )!.sha256 !== databases.find(({ name }) => name === "live")!.sha256;
  let earlier = version - 1;
  while (!(await isOther(earlier))) earlier--;
  await rehearsal.result("rollback", "live", String(earlier), "--yes");
  const rolledBack = await manifestAt(await store(), MANIFEST_KEY);
  commitOnce(database);
  const ended = await first;
  expect(ended.exitCode).toBe(3);
  expect(ended.stderr).toContain(
    `Error: Somebody else published another live (version ${version + 1}`,
  );
  expect(ended.stderr).toContain(`rollback`);
  expect(await manifestAt(await store(), MANIFEST_KEY)).toEqual(rolledBack);

  // Whoever starts it again wants what the database has.
  const second = watch("here", "live.db");
  await says(second, /Version/);
  await until(async () => (await commitOnSite()) === Number(n) + 1, "it is followed again");
  await rehearsal.result("remove", "live", "live", "--yes");
  commitOnce(database);
  const removed = await second;
  expect([removed.exitCode, removed.stderr]).toEqual([
    3,
    expect.stringContaining("Error: live was taken off the site by somebody else"),
  ]);
  const names = (await manifestAt(await store(), MANIFEST_KEY)).databases.map(({ name }) => name);
  expect(names).not.toContain("live");
  database.close();
});
