/** `dsl replicate` and `dsl restore`: databases that other processes write to, kept without a site. */
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateBucketCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readReplica } from "../../src/replicas/claim.ts";
import { placeOf } from "../../src/replicas/destination.ts";
import { openPlace } from "../../src/replicas/open-place.ts";
import { ReplicaVersions } from "../../src/replicas/replica-versions.ts";
import { restoreReplica } from "../../src/replicas/restore.ts";
import type { WatchStatus } from "../../src/watch/status.ts";
import { contentHash } from "../content-hash.ts";
import { hasMoto, startMoto } from "../runtime/publisher/servers.ts";
import { s3Client } from "../runtime/publisher/site.ts";
import { runCli, startCli } from "../src/cli/run-cli.ts";
import { SILENT } from "../src/replicas/replicas.ts";
import { checkState, commitOnce, openLive } from "./live-writer.ts";
import { type Rehearsal, startRehearsal } from "./rehearsal.ts";

const WRITER = join(import.meta.dirname, "live-writer.ts");
/** By hand: 60 and 10. */
const SECONDS = Number(process.env.WATCH_SECONDS ?? 2);
const KILLS = Number(process.env.WATCH_KILLS ?? 2);

let rehearsal: Rehearsal;
const running = new Set<ReturnType<typeof startCli>>();

beforeAll(async () => {
  rehearsal = await startRehearsal();
  const s3 = await rehearsal.clients.s3();
  await s3.send(new CreateBucketCommand({ Bucket: "kept" }));
});
afterEach(async () => {
  for (const command of running) command.kill("SIGKILL");
  await rehearsal.inject([]);
});
afterAll(() => rehearsal.end());

/** `dsl replicate ARGS`; `machine` is where its status is. */
function replicate(machine: string, ...args: string[]) {
  const DSL_CACHE = join(rehearsal.folder, machine);
  const env = { DSL_LOCAL_HOME: join(rehearsal.folder, "local-aws"), DSL_CACHE };
  const command = startCli(["replicate", ...args, "--local"], { env, cwd: rehearsal.folder });
  running.add(command);
  command.then(() => running.delete(command));
  return command;
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  for (let i = 0; i < 800; i++) {
    if (await condition()) return;
    await sleep(50);
  }
  throw new Error(`not in time: ${what}`);
}

/** The number of the current version; 0 where there is none. */
async function versionOf(url: string): Promise<number> {
  const { store } = await openPlace(placeOf(url), async () => rehearsal.clients);
  return (await readReplica(store))?.version ?? 0;
}

/** The commits that the kept versions show, by version; throws where one is no state that the database had. */
async function commitsOf(url: string): Promise<Map<number, number>> {
  const connect = async () => rehearsal.clients;
  const { store } = await openPlace(placeOf(url), connect);
  const { numbers } = await ReplicaVersions.find(store, (await readReplica(store))!);
  const commits = new Map<number, number>();
  const out = join(rehearsal.folder, "checked.db");
  for (const version of numbers) {
    await restoreReplica(connect, { from: url, out, which: { version }, force: true }, SILENT);
    commits.set(version, checkState(out));
  }
  return commits;
}

/** A database that gets a thousand commits a second while `work` goes on; resolves with its last commit. */
async function whileWritten(path: string, work: () => Promise<void>): Promise<number> {
  const database = openLive(path);
  commitOnce(database);
  database.close();
  const writer = execa(process.execPath, [WRITER, path, "1000"]);
  await work();
  writer.kill("SIGTERM");
  return JSON.parse((await writer).stdout).n;
}

/** Kills it again and again while it sends. */
async function killWhileSending(url: string, args: string[]): Promise<void> {
  for (let kill = 0; kill < KILLS; kill++) {
    const before = await versionOf(url);
    const killed = replicate("here", ...args);
    await until(async () => (await versionOf(url)) > before, "a version before it is killed");
    await sleep(Math.random() * 500);
    killed.kill("SIGKILL");
    await killed;
  }
}

describe.each(["s3://kept/backups", "file://$PWD/backups"])("A replica in %s", (to) => {
  test("has states that the database had, however often it was killed, and the last one at the end", async () => {
    const path = join(rehearsal.folder, "live.db");
    const url = `${to.replace("$PWD", rehearsal.folder)}/live`;
    const args = ["live.db", "--to", `${to}/$DB_NAME`, "--interval", "200ms"];
    const last: ReturnType<typeof startCli>[] = [];
    const n = await whileWritten(path, async () => {
      await killWhileSending(url, args);
      const before = await versionOf(url);
      last.push(replicate("here", ...args));
      await until(async () => (await versionOf(url)) > before, "a version after the last kill");
      await sleep(SECONDS * 1000);
    });
    last[0]!.kill("SIGTERM");
    const { exitCode, stderr } = await last[0]!;
    expect(exitCode, stderr).toBe(0);

    const commits = await commitsOf(url);
    expect([...commits.values()]).toEqual([...commits.values()].sort((a, b) => a - b));
    expect([...commits.values()].at(-1)).toBe(n);
    expect(commits.size).toBeGreaterThan(KILLS + 2);

    const restored = await rehearsal.result("restore", url, "-o", "restored.db", "--force");
    expect(restored).toMatchObject({ replica: url, database: "live", path: "restored.db" });
    const out = join(rehearsal.folder, "restored.db");
    expect(contentHash(out)).toBe(contentHash(path));

    const { versions } = await rehearsal.result("restore", url, "--list");
    const earlier = (versions as { version: number; published_at: string }[])[2]!;
    const found = await rehearsal.result(
      ...["restore", url, "-o", "restored.db", "--force", "--at", earlier.published_at],
    );
    expect(found.version).toBe(earlier.version);
    expect(checkState(out)).toBe(commits.get(earlier.version));
  });
});

test("two replicators: on one machine the second is refused; from two machines one ends and says who goes on", async () => {
  const path = join(rehearsal.folder, "shared.db");
  const database = openLive(path);
  commitOnce(database);
  const url = "s3://kept/shared";
  const args = ["shared.db", "--to", url, "--interval", "100ms", "--metrics", "127.0.0.1:0"];
  const first = replicate("here", ...args);
  await until(async () => (await versionOf(url)) === 1, "the first version");
  const second = await replicate("here", ...args);
  expect(second).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining(`${url} is replicated to already, by process`),
  });
  const here = { DSL_CACHE: join(rehearsal.folder, "here") };
  const status = await rehearsal.dslWith(here, "replicate", "--status");
  const [known] = JSON.parse(status.stdout) as WatchStatus[];
  expect(known).toMatchObject({ replica: url, error: null, databases: [{ name: "shared" }] });

  const third = replicate("elsewhere", ...args);
  await until(async () => {
    commitOnce(database);
    return !running.has(first) || !running.has(third);
  }, "one of two ends");
  const ended = await Promise.race([first, third]);
  expect(ended.exitCode).toBe(3);
  expect(ended.stderr).toContain("Error: Somebody else published another shared");
  const n = Number(database.prepare("select n from counter").pluck().get());
  await until(async () => [...(await commitsOf(url)).values()].at(-1) === n, "the other goes on");
  database.close();
});

test("of a directory all databases are kept, those that come too; one whose place is somebody else's holds up none", async () => {
  const folder = join(rehearsal.folder, "many");
  mkdirSync(folder);
  const make = (name: string) => {
    const database = openLive(join(folder, name));
    commitOnce(database);
    return database;
  };
  const one = make("one.db");
  const place = join(rehearsal.folder, "copies");
  mkdirSync(join(place, "taken", "notes"), { recursive: true });
  const args = ["many", "--to", `${place}/$DB_NAME`, "--interval", "100ms"];
  const all = replicate("here", ...args, "--metrics", "127.0.0.1:0");
  let said = "";
  all.stdout?.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  await until(async () => (await versionOf(`${place}/one`)) > 0, "the first database");
  await rehearsal.result("replicate", "many/one.db", "--to", `${place}/taken/notes/x`, "--once");
  const [two, taken] = [make("two.sqlite"), make("taken.db")];
  await until(async () => (await versionOf(`${place}/two`)) > 0, "the database that came");
  const metrics = async () => (await fetch(/http:\S+/.exec(said)![0])).text();
  await until(
    async () => (await metrics()).includes(`dsl_watch_up{replica="file://${place}/taken"} 0`),
    "the place that is taken is seen",
  );
  expect(await metrics()).toContain(`dsl_watch_up{replica="file://${place}/one"} 1`);
  const before = await versionOf(`${place}/one`);
  commitOnce(one);
  await until(async () => (await versionOf(`${place}/one`)) > before, "the first one goes on");
  all.kill("SIGINT");
  const { exitCode, stderr } = await all;
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`file://${place}/taken is no longer replicated to`);
  expect(readdirSync(join(place, "taken"))).toEqual(["notes"]);
  for (const database of [one, two, taken]) database.close();
});

test("what keeps it from being sent or had back is one sentence with what to do", async () => {
  const database = openLive(join(rehearsal.folder, "small.db"));
  commitOnce(database);
  database.close();
  const once = (...args: string[]) =>
    rehearsal.dsl("replicate", "small.db", "--to", "s3://kept/small", "--once", ...args);
  await once();
  const refused = async (run: Promise<{ exitCode?: number; stderr: string }>, error: RegExp) => {
    const { exitCode, stderr } = await run;
    expect(exitCode, stderr).not.toBe(0);
    const lines = stderr.split("\n").filter((line) => /^(Error|Try):/.test(line));
    expect(lines).toEqual([expect.stringMatching(error), expect.stringMatching(/^Try: ./)]);
  };
  await refused(
    rehearsal.dsl("replicate", "small.db", "--to", "s3://no-such/small", "--once"),
    /There is no bucket no-such$/,
  );
  await refused(rehearsal.dsl("restore", "s3://no-such/small", "-o", "x.db"), /There is no bucket/);
  await refused(once("--region", "eu-west-1"), /Bucket kept is not in region eu-west-1$/);
  await refused(once("--to", "s3://kept/other"), /--to is given twice/);
  const denied = (operation: string) => ({
    ...{ service: "s3" as const, operation, kind: "error" as const, status: 403, probability: 1 },
    ...{ code: "AccessDenied", message: "Access Denied", after: 0 },
  });
  await rehearsal.inject([denied("PutObject")]);
  const more = openLive(join(rehearsal.folder, "small.db"));
  commitOnce(more);
  more.close();
  await refused(once(), /may not s3:PutObject on arn:aws:s3:::kept\/small\//);
  await rehearsal.inject([denied("GetObject")]);
  await refused(rehearsal.dsl("restore", "s3://kept/small", "-o", "x.db"), /may not s3:GetObject/);
  await rehearsal.inject([]);
  const s3 = await rehearsal.clients.s3();
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: "kept", Prefix: "small/" }),
  );
  expect(Contents.map(({ Key }) => Key)).toContain("small/manifests/0000000001.json");
  expect(await versionOf("s3://kept/small")).toBe(1);
});

describe.runIf(hasMoto)("Another service with S3's interface", () => {
  test("keeps a database, and gives it back", async () => {
    const server = await startMoto();
    try {
      const client = await s3Client(server.endpoint);
      await client.send(new CreateBucketCommand({ Bucket: "other" }));
      const path = join(rehearsal.folder, "small.db");
      const where = {
        cwd: rehearsal.folder,
        env: {
          AWS_ENDPOINT_URL: server.endpoint,
          AWS_REGION: "us-east-1",
          LITESTREAM_ACCESS_KEY_ID: "anybody",
          LITESTREAM_SECRET_ACCESS_KEY: "anything",
          DSL_CACHE: join(rehearsal.folder, "moto"),
        },
      };
      const dsl = (...args: string[]) => runCli(args, where);
      const to = ["--to", "s3://other/deep/down/$DB_NAME", "--once"];
      expect((await dsl("replicate", "small.db", ...to)).stderr).toContain("version 1");
      const database = openLive(path);
      commitOnce(database);
      database.close();
      expect((await dsl("replicate", "small.db", ...to)).stderr).toContain("version 2");
      const { exitCode, stderr } = await dsl("restore", "s3://other/deep/down/small", "-o", "m.db");
      expect(exitCode, stderr).toBe(0);
      expect(contentHash(join(rehearsal.folder, "m.db"))).toBe(contentHash(path));
    } finally {
      await server.stop();
    }
  });
});
