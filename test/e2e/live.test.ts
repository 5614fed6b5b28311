/** What "live" means: data can be read, and it is said who may still get the old one. */
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { describeStack } from "../../src/stacks/describe.ts";
import { getJson, type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal(undefined, { DSL_VERIFY_SECONDS: "4" });
  writeItems(join(rehearsal.folder, "shop.db"), 5_000);
});
afterEach(() => rehearsal.inject([]));
afterAll(() => rehearsal.end());

function changeRow(title: string): void {
  const database = new Database(join(rehearsal.folder, "shop.db"));
  database.prepare("update items set title = ? where id = 1").run(title);
  database.close();
}

test("a site whose data cannot be read is not live, though it answers", async () => {
  await rehearsal.inject([
    {
      service: "s3",
      operation: "GetObject",
      match: "^blocks/",
      kind: "error",
      code: "AccessDenied",
      status: 403,
    },
  ]);
  const run = await rehearsal.dsl("update-stack", "unread", "shop.db", "--storage", "s3");
  expect(run.exitCode).toBe(1);
  expect(run.stderr).toContain("A database of this version cannot be read");
  expect(run.stderr).toMatch(/^Try: aws logs tail \S+ --since 10m$/m);
  await rehearsal.inject([]);
  const { url, changed } = await rehearsal.update("unread", "shop.db");
  expect(changed).toBe(false);
  expect(await getJson(String(url), "/shop/items/1.json")).toMatchObject({ ok: true });
});

test("until when old answers are possible is said, and waited for on demand", async () => {
  const options = ["--storage", "s3", "--refresh", "1", "-s", "default_cache_ttl", "0"];
  const first = await rehearsal.update("fresh", "shop.db", ...options);
  expect(first.old_answers_until).toBeNull();
  expect(first.first_visit).toMatchObject({ cold_start_seconds: expect.any(Number) });
  const url = String(first.url);
  await getJson(url, "/shop/items/1.json");

  changeRow("second");
  const run = await rehearsal.dsl("update-stack", "fresh", "shop.db", ...options);
  expect(run.stdout).toMatch(/^A first visit reads about \d+\.\d kB from the bucket/m);
  expect(run.stdout).toMatch(/^Until \d\d:\d\d:\d\d visitors may still get the version before/m);

  changeRow("third");
  const waited = await rehearsal.update("fresh", "shop.db", ...options, "--wait-all");
  expect(Date.parse(String(waited.old_answers_until))).toBeLessThanOrEqual(Date.now());
  const row = await getJson(url, "/shop/items/1.json?_shape=objects");
  expect(row).toMatchObject({ rows: [{ title: "third" }] });

  const again = ["update-stack", "fresh", "shop.db", ...options];
  const dry = await rehearsal.events(...again, "--dry-run");
  expect(dry.events.find(({ event }) => event === "verified")).toMatchObject({ version: 3 });
  const { events } = await rehearsal.events(...again);
  expect(events.find(({ event }) => event === "verified")).toMatchObject({ version: 3 });
  expect(events.at(-1)).toMatchObject({ event: "result", changed: false });
});

test("a site takes so many requests and no more, and no more of the account than it was given", async () => {
  const limits = ["--rate", "1", "--burst", "6", "--reserved-concurrency", "2"];
  const { url } = await rehearsal.update("limited", "shop.db", ...limits);
  const statuses = await Promise.all(
    Array.from({ length: 12 }, async () => (await fetch(String(url))).status),
  );
  expect(statuses).toContain(429);
  const service = async () =>
    (await describeStack(await rehearsal.clients.cloudFormation(), "limited-service"))?.parameters;
  expect(await service()).toMatchObject({
    RateLimit: "1",
    BurstLimit: "6",
    ReservedConcurrency: "2",
  });
  await rehearsal.update("limited", "shop.db", "--rate", "50", "--reserved-concurrency", "none");
  expect(await service()).toMatchObject({ RateLimit: "50", ReservedConcurrency: "none" });
});
