/** The inbox, from a file to the page: bucket, EventBridge, SQS, function, site. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BucketStore } from "../../src/aws/bucket-store.ts";
import { getJson, type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

let rehearsal: Rehearsal;
let path: string;
let url: string;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  path = join(rehearsal.folder, "shop.db");
  writeItems(path, 10, "typed");
  const result = await rehearsal.update("shop", path, "--inbox", "--refresh", "1");
  url = String(result.url);
});
afterAll(() => rehearsal.end());

function write(name: string, text: string): string {
  const file = join(rehearsal.folder, name);
  writeFileSync(file, text);
  return file;
}

async function result(...args: string[]) {
  const { exitCode, events, stderr } = await rehearsal.events(...args);
  expect(exitCode, stderr).toBe(0);
  return events.at(-1)!;
}

async function servedRows(page: string): Promise<unknown> {
  return (await getJson(url, page)).rows;
}

async function bucket(): Promise<BucketStore> {
  const { bucket } = await result("status", "shop");
  return new BucketStore(await rehearsal.clients.s3(), String(bucket));
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 300 && !(await holds()); i++) await sleep(100);
}

test("a file that is put is online when the command ends, and again when it has changed", async () => {
  const file = write("sales.csv", "id,city\n1,Bonn\n");
  const put = await result("put", "shop", file);
  expect(put).toMatchObject({
    database: "sales",
    tables: [{ name: "sales", rows: 1 }],
    url: `${url}sales/sales`,
    changed: true,
  });
  expect(await servedRows("/sales/sales.json?_shape=objects")).toMatchObject([{ city: "Bonn" }]);
  write("sales.csv", "id,city\n1,Köln\n");
  await result("put", "shop", file);
  expect(await servedRows("/sales/sales.json")).toMatchObject([{ city: "Köln" }]);
});

test("files that are copied into the bucket at the same time all come online", async () => {
  const store = await bucket();
  await Promise.all(
    ["a", "b", "c"].map((name) =>
      store.put(`inbox/year/${name}.csv`, Buffer.from(`x\n${name}\n`), "text/csv"),
    ),
  );
  await until(async () => {
    const answer = await fetch(new URL("/year.json", url));
    if (!answer.ok) return false;
    return ((await answer.json()) as { tables: unknown[] }).tables.length === 3;
  });
  expect(await servedRows("/year/b.json")).toMatchObject([{ x: "b" }]);
});

test("the configuration of the site may name what came through the inbox, and only what there is", async () => {
  const known = write("known.yaml", "databases: {sales: {tables: {sales: {size: 5}}}}");
  await rehearsal.update("shop", path, "--config", known);
  const wrong = write("wrong.yaml", "databases: {sales: {tables: {salse: {allow: false}}}}");
  const { exitCode, stderr } = await rehearsal.dsl("update-stack", "shop", path, "--config", wrong);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('Did you mean "sales"?');
});

test("an update from a folder that knows nothing of it keeps what came through the inbox", async () => {
  writeItems(path, 10, "typed again");
  const { publish } = (await rehearsal.events("update-stack", "shop", path)).events.find(
    ({ event }) => event === "plan",
  ) as unknown as { publish: { databases: { name: string; change: string }[] } };
  expect(publish.databases.map(({ name, change }) => `${name}: ${change}`)).toEqual([
    "shop: changed",
    "sales: kept",
    "year: kept",
  ]);
  expect(await servedRows("/sales/sales.json")).toMatchObject([{ city: "Köln" }]);
});

test("a file that cannot be loaded is a sentence, lies in inbox-failed, and changes nothing", async () => {
  const { exitCode, stderr } = await rehearsal.dsl("put", "shop", write("shop.csv", "x\n1\n"));
  expect(exitCode).toBe(1);
  expect(stderr).toContain("Error: The database shop was published by dsl update-stack");
  const store = await bucket();
  const failed = (await store.list("inbox-failed/")).map(({ key }) => key);
  expect(failed).toEqual(["inbox-failed/shop.csv", "inbox-failed/shop.csv.json"]);
  expect(await store.stat("inbox/shop.csv")).toBeNull();
});

test("loads lists them all, and remove takes one away", async () => {
  const { stdout } = await rehearsal.dsl("loads", "shop");
  expect(stdout).toMatch(/inbox\/sales\.csv: sales, 1 row, \d/);
  expect(stdout).toMatch(/inbox\/shop\.csv: failed: The database shop was published/);
  await result("remove", "shop", "year", "--yes");
  expect((await fetch(new URL("/year.json", url))).status).toBe(404);
});

test("without an inbox, put says how to get one", async () => {
  await rehearsal.update("plain", path);
  const { exitCode, stderr } = await rehearsal.dsl("put", "plain", write("a.csv", "x\n1\n"));
  expect(exitCode).toBe(1);
  expect(stderr).toContain("Error: plain has no inbox");
  expect(stderr).toContain("--inbox");
});
