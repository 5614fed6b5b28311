/** What a deployed site says of itself: its log, its metrics, its alarms, its dashboard, its times. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { afterAll, beforeAll, expect, test } from "vitest";
import { METRICS } from "../../runtime/lambdas/site/request-log.ts";
import { CUSTOM_METRICS } from "../../src/sites/costly-settings.ts";
import { getJson, type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

const KEY = "a key that only its owner knows";

let rehearsal: Rehearsal;
let url: string;
let path: string;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  path = join(rehearsal.folder, "shop.db");
  writeItems(path, 2000);
  const hash = createHash("sha256").update(KEY).digest("hex");
  const watched = ["--alarm", "anna@example.com", "--alarm-age", "48", "--dashboard", "--tracing"];
  const options = ["--storage", "s3", "--setting", "owner_key_sha256", hash, ...watched];
  url = String((await rehearsal.update("shop", path, ...options)).url);
});
afterAll(() => rehearsal.end());

/** The lines about requests, the oldest first. */
async function requestLines(): Promise<Record<string, unknown>[]> {
  const { events } = await rehearsal.events("logs", "shop");
  return events
    .map(({ message }) => String(message))
    .filter((message) => message.startsWith('{"level":"info","message":"request"'))
    .map((message) => JSON.parse(message) as Record<string, unknown>);
}

test("each request is one line in the log, with what it took, and becomes metrics", async () => {
  await getJson(url, "/shop/items.json?_size=7&title__contains=secret");
  const line = (await requestLines()).findLast(({ path }) => path === "/shop/items.json")!;
  expect(line).toMatchObject({
    requestId: expect.any(String),
    method: "GET",
    status: 200,
    version: 1,
    start: "warm",
    cache: "miss",
  });
  for (const name of ["ms", "sql_ms", "statements", "rows", "blocks", "bytes"]) {
    expect(line[name], name).toEqual(expect.any(Number));
  }
  // What visitors look for is theirs.
  expect(JSON.stringify(line)).not.toContain("secret");
  expect(line).toMatchObject({
    site: "shop-service",
    _aws: {
      CloudWatchMetrics: [
        {
          Namespace: "dsl",
          Dimensions: [["site"]],
          Metrics: METRICS.map(([Name, Unit]) => ({ Name, Unit })),
        },
      ],
    },
  });
  for (const [name] of METRICS) expect(line[name]).toEqual(expect.any(Number));
  expect(METRICS).toHaveLength(CUSTOM_METRICS);
});

test("the first request of an environment is a cold one and fetches blocks; one that is known is a hit", async () => {
  const lines = await requestLines();
  expect(lines[0]).toMatchObject({ start: "cold" });
  expect(lines.some(({ blocks }) => Number(blocks) > 0)).toBe(true);
  const page = new URL("/shop/items.json?_size=3", url);
  const etag = (await fetch(page)).headers.get("etag")!;
  expect((await fetch(page, { headers: { "if-none-match": etag } })).status).toBe(304);
  expect((await requestLines()).at(-1)).toMatchObject({ status: 304, cache: "hit", statements: 0 });
});

test("where the time goes is for whoever has the owner's key", async () => {
  const page = new URL("/shop/items.json", url);
  const as = async (key?: string) => {
    const headers = new Headers(key === undefined ? [] : [["dsl-owner-key", key]]);
    return (await fetch(page, { headers })).headers.get("server-timing");
  };
  expect(await as()).toBeNull();
  expect(await as("another")).toBeNull();
  expect(await as(KEY)).toMatch(/^total;dur=[\d.]+, sql;dur=/);
  expect(await getJson(url, "/-/settings.json")).not.toHaveProperty("owner_key_sha256");
});

test("status knows the alarms, and exits 1 when one has gone off", async () => {
  const { exitCode, events } = await rehearsal.events("status", "shop");
  expect(exitCode).toBe(0);
  const alarms = events.at(-1)!.alarms as { name: string; state: string; description: string }[];
  expect(alarms.map(({ description }) => description).sort()).toEqual([
    "Requests, computing and transfer of the last day cost more than US$1",
    "The data that visitors get is older than 48 hours",
    "The function of the site fails, or takes too long",
    "Visitors are turned away because the account or the site has no more environments",
    "Visitors get errors of the server (5xx)",
  ]);
  const { name: AlarmName } = alarms.find(({ name }) => name.includes("Throttles"))!;
  const cloudWatch = await rehearsal.clients.cloudWatch();
  const set = { AlarmName, StateValue: "ALARM" as const, StateReason: "a test" };
  await cloudWatch.send(new SetAlarmStateCommand(set));
  const off = await rehearsal.dsl("status", "shop");
  expect(off.exitCode).toBe(1);
  expect(off.stdout).toMatch(/alarms +shop-service-Throttles-\w+: Visitors are turned away/);
  expect(off.stderr).toContain(`Error: Alarm ${AlarmName} has gone off`);
});

test("cost counts them, and what is turned off again goes", async () => {
  const cost = await rehearsal.dsl("cost", "shop");
  expect(cost.stdout).toMatch(/alarms +0.00 +8 metrics/);
  const off = ["--alarm", "none", "--no-dashboard", "--no-tracing"];
  await rehearsal.update("shop", path, "--storage", "s3", ...off);
  const { events } = await rehearsal.events("status", "shop");
  expect(events.at(-1)).toMatchObject({ alarms: [], parameters: { Dashboard: "false" } });
});
