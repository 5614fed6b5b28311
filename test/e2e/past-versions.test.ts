/** Earlier versions beside publishers that remove them: what visitors get is right, or says what there is instead. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSite } from "../../src/sites/open-site.ts";
import { startCli } from "../src/cli/run-cli.ts";
import { checkState, commitOnce, openLive } from "./live-writer.ts";
import { commitsOfVersions } from "./published-versions.ts";
import { type Rehearsal, startRehearsal } from "./rehearsal.ts";

const VERSIONS = 15;
const KEPT = 5;

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
});
afterAll(() => rehearsal.end());

/** Everything in the bucket but the current manifest was written two days ago. */
function age(folder: string): void {
  const index = new Database(join(folder, "local-aws/s3/index.db"), { timeout: 10_000 });
  index.exec(
    `update object_version set modified_at = modified_at - 2 * 86400 * 1000
     where key <> 'manifest.json' and modified_at > (unixepoch() - 86400) * 1000`,
  );
  index.close();
}

test("while two publishers remove old versions, readers of each get what it had, or a 404 that lists those there are", async () => {
  const path = join(rehearsal.folder, "live.db");
  const live = openLive(path);
  const beside = join(rehearsal.folder, "beside.db");
  new Database(beside).exec("create table t (n)").close();
  commitOnce(live);
  const options = ["--storage", "s3", "--refresh", "1"];
  const { url } = await rehearsal.update("past", path, beside, ...options);
  const env = { DSL_LOCAL_HOME: join(rehearsal.folder, "local-aws") };
  const watch = ["watch", "past", "live.db", "--interval", "100ms", "--keep", String(KEPT)];
  const follower = startCli([...watch, "--local"], { env, cwd: rehearsal.folder });
  const { store } = await openSite(rehearsal.clients, "past");
  const newest = async () =>
    JSON.parse((await store.get("manifest.json"))!.body.toString()).version;
  while ((await newest()) < VERSIONS) {
    commitOnce(live);
    await sleep(50);
  }
  const commits = await commitsOfVersions(store, 1, rehearsal.folder);

  let isOver = false;
  const gone = new Set<number>();
  const wrong: string[] = [];
  let right = 0;
  const read = async () => {
    while (!isOver) {
      const version = 1 + Math.floor(Math.random() * commits.length);
      // Each of them asks for other pages, so that not all is in the cache.
      const n = commits[version - 1]!;
      const id = 1 + Math.floor(Math.random() * n);
      const sql = `select n, (select count(*) from entries) as rows, (select value from entries where id = ${id}) as value from counter`;
      const query = new URLSearchParams({ sql, _at: String(version), _shape: "array" });
      const answer = await fetch(new URL(`/live/-/query.json?${query}`, String(url)));
      const body = await answer.text();
      const expected = [{ n, rows: n, value: (id * 7919) % 100_003 }];
      if (answer.status === 200 && body === JSON.stringify(expected)) right++;
      else if (answer.status === 404 && /"versions":\[\d+/.test(body)) gone.add(version);
      else wrong.push(`${version}: ${answer.status} ${body}`);
    }
  };
  const readers = Promise.all([read(), read(), read()]);
  const kept = async () => (await store.list("manifests/")).length;
  const before = await kept();
  for (let round = 1; (await kept()) > KEPT + 2 || gone.size === 0; round++) {
    expect(round).toBeLessThan(60);
    age(rehearsal.folder);
    commitOnce(live);
    new Database(beside).exec(`insert into t values (${round})`).close();
    // May be told that the follower was faster; what is collected then is collected the next time.
    await rehearsal.dsl("update-stack", "past", beside, "--keep", String(KEPT));
  }
  isOver = true;
  await readers;
  expect({ wrong, before }).toEqual({ wrong: [], before: expect.any(Number) });
  expect(before).toBeGreaterThanOrEqual(VERSIONS);
  expect(right).toBeGreaterThan(0);
  expect(gone.size).toBeGreaterThan(0);

  follower.kill("SIGTERM");
  const { exitCode, stderr } = await follower;
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  // What is kept is whole, the current version is the last state, and what is gone says so.
  const numbers = (await store.list("manifests/")).map(({ key }) => Number(key.slice(10, 20)));
  expect(numbers).not.toContain(2);
  const left = join(rehearsal.folder, "left");
  mkdirSync(left);
  await commitsOfVersions(store, numbers.at(-KEPT)!, left);
  const restored = join(rehearsal.folder, "restored.db");
  await rehearsal.result("download", "past", "live", "--out", restored);
  expect(checkState(restored)).toBe(live.prepare("select n from counter").pluck().get());
  live.close();
  await expect
    .poll(async () => (await fetch(new URL("/live.json?_at=2", String(url)))).status, {
      timeout: 60_000,
    })
    .toBe(404);
});
