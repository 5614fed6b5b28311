/** `Watch` with real databases and a bucket in memory that has bad days. */
import { renameSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { DslError } from "../../../runtime/core/dsl-error.ts";
import { MANIFEST_KEY } from "../../../runtime/core/format/manifest.ts";
import { MemoryStore } from "../../../runtime/core/store/memory-store.ts";
import { planPublish } from "../../../runtime/publisher/publish/plan-publish.ts";
import { publish } from "../../../runtime/publisher/publish/publish.ts";
import { readPublished } from "../../../runtime/publisher/publish/published.ts";
import type { Reporter } from "../../../src/terminal/reporter.ts";
import { Follower } from "../../../src/watch/follower.ts";
import { LiveSource } from "../../../src/watch/live-source.ts";
import { FollowedPublisher } from "../../../src/watch/publish-followed.ts";
import { Watch } from "../../../src/watch/watch.ts";
import { temporaryDirectory } from "../../temporary-directory.ts";

const SITE = {
  config: {},
  metadata: {},
  settings: {},
  flags: { cors: true, crossdb: false, defaultDeny: false },
};

/** A site whose database is followed; `end` stops that and says what became of it. */
async function watched() {
  const path = join(temporaryDirectory(), "shop.db");
  const writer = new Database(path);
  writer.exec("pragma journal_mode = wal; create table t (n)");
  const first = new Follower("shop", new LiveSource(path), join(temporaryDirectory(), "first.db"));
  await first.look();
  const facts = [await first.take()];
  first.close();
  const store = new MemoryStore();
  await publish(store, planPublish(SITE, facts, "0", null, new Date()), facts, null);

  const said: string[] = [];
  const reporter = {
    info: (message: string) => void said.push(message),
    warn: (message: string) => void said.push(`Warning: ${message}`),
    event: () => {},
  } as unknown as Reporter;
  const watch = new Watch(
    {
      target: { site: "shop" },
      name: "shop",
      intervalMs: 20,
      publisher: new FollowedPublisher("0", { who: "anna", what: "watch" }, null),
      store: async () => store,
      files: async () => [{ name: "shop", path }],
      sourceOf: (each) => new LiveSource(each),
      workFolder: temporaryDirectory(),
      retryMs: 20,
    },
    reporter,
  );
  await watch.findFiles();
  const stop = new AbortController();
  const ended = watch.run(stop.signal);
  ended.catch(() => {});
  onTestFinished(async () => {
    stop.abort();
    await ended.catch(() => {});
    writer.close();
  });
  const commit = (n: number) => writer.prepare("insert into t values (?)").run(n);
  const rows = async () => {
    const published = await readPublished(store);
    return published?.manifest.databases[0]?.inspection.tables[0]?.count;
  };
  const caughtUp = (count: number) =>
    expect.poll(async () => [await rows(), watch.status.error], PATIENT).toEqual([count, null]);
  const end = () => {
    stop.abort();
    return ended;
  };
  return { path, store, watch, said, commit, caughtUp, end };
}

/** However slow the machine. */
const PATIENT = { timeout: 60_000, interval: 20 };

test("what fails in one way after the other is said once each, tried again until it works, and caught up", async () => {
  const { store, watch, said, commit, caughtUp } = await watched();
  await caughtUp(0);
  const put = store.put.bind(store);
  const reasons = ["disk_on_fire", "network_gone", "disk_on_fire"];
  store.put = async (...args) => {
    const reason = reasons.shift();
    if (reason === undefined) return put(...args);
    throw new DslError(reason, `It is a case of ${reason}`, "wait");
  };
  for (const n of [1, 2, 3]) commit(n);
  await expect.poll(() => watch.status.error, PATIENT).toContain("disk_on_fire");
  expect(watch.status.databases[0]!.lag_seconds).toBeGreaterThan(0);
  commit(4);
  await caughtUp(4);
  expect(watch.status).toMatchObject({ errors: 3, databases: [{ lag_seconds: 0 }] });
  const lines = said.filter((line) => /fails|works/.test(line));
  expect(lines.map((line) => line.replace(/after .*/, "after …"))).toEqual([
    "Warning: Publishing to shop fails: It is a case of disk_on_fire. Try: wait. It is tried again until it works; this is said once",
    "Warning: Publishing to shop fails: It is a case of network_gone. Try: wait. It is tried again until it works; this is said once",
    "Publishing to shop works again, after …",
  ]);
});

test("the lag grows while a version is being sent, too", async () => {
  const { store, watch, commit, caughtUp } = await watched();
  await caughtUp(0);
  const sent = Promise.withResolvers<void>();
  const put = store.put.bind(store);
  store.put = async (...args) => {
    await sent.promise;
    return put(...args);
  };
  commit(1);
  await expect.poll(() => watch.status.databases[0]!.lag_seconds, PATIENT).toBeGreaterThan(0.1);
  expect(watch.status.error).toBeNull();
  sent.resolve();
  await caughtUp(1);
  expect(watch.status.databases[0]!.lag_seconds).toBe(0);
  expect(watch.status.last_lag_seconds).toBeGreaterThan(0.1);
});

test("a database that is away for a while is said once, and what it has then is published", async () => {
  const { path, watch, said, commit, caughtUp } = await watched();
  await caughtUp(0);
  renameSync(path, `${path}.away`);
  await expect.poll(() => watch.status.databases[0]!.error, PATIENT).toContain("There is no file");
  commit(1);
  renameSync(`${path}.away`, path);
  await caughtUp(1);
  const [failure, ...others] = said.filter((line) => /^Warning|works again/.test(line));
  expect(failure).toContain(`Following ${path} fails: There is no file ${path}`);
  expect(others).toEqual([expect.stringMatching(/^Following .* works again, after/)]);
});

test("what was committed last is published at the end although somebody else publishes at the same moment", async () => {
  const { store, watch, commit, caughtUp, end } = await watched();
  await caughtUp(0);
  const putIf = store.putIf.bind(store);
  let refusals = 1;
  store.putIf = async (condition, key, ...rest) =>
    key === MANIFEST_KEY && refusals-- > 0 ? null : putIf(condition, key, ...rest);
  commit(1);
  await end();
  await caughtUp(1);
  expect(watch.status.errors).toBe(0);
});
