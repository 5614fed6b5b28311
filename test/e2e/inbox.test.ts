/** The inbox, from a file to the page: bucket, EventBridge, SQS, function, site. */
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AwsClient } from "aws4fetch";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BucketStore } from "../../src/aws/bucket-store.ts";
import { findSite } from "../../src/stacks/find-site.ts";
import { getJson, type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

let rehearsal: Rehearsal;
let path: string;
let url: string;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  path = join(rehearsal.folder, "shop.db");
  writeItems(path, 10, "typed");
  const rules = write("rules.yaml", "- {files: 'orders-*.csv', append: true, table: orders}");
  const quick = ["--set", "inbox/Function.Timeout=6", "--set", "inbox/Queue.VisibilityTimeout=6"];
  const inbox = ["--inbox", "--rules", rules, "--refresh", "1", ...quick];
  url = String((await rehearsal.update("shop", path, ...inbox)).url);
});
afterAll(() => rehearsal.end());

function write(name: string, text: string): string {
  const file = join(rehearsal.folder, name);
  writeFileSync(file, text);
  return file;
}

async function servedRows(page: string): Promise<unknown> {
  return (await getJson(url, page)).rows;
}

async function bucket(): Promise<BucketStore> {
  const { bucket } = await rehearsal.result("status", "shop");
  return new BucketStore(await rehearsal.clients.s3(), String(bucket));
}

/** Events that the function could not handle. */
async function deadLetters(): Promise<number> {
  const stack = await findSite(rehearsal.clients, "shop");
  const QueueUrl = stack.stacks.get("inbox")?.outputs.DeadLetterQueueUrl;
  const scope = { ...rehearsal.credentials, service: "sqs", region: "us-east-1", retries: 0 };
  const answer = await new AwsClient(scope).fetch(rehearsal.endpoint, {
    method: "POST",
    headers: {
      "x-amz-target": "AmazonSQS.GetQueueAttributes",
      "content-type": "application/x-amz-json-1.0",
    },
    body: JSON.stringify({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
  });
  const { Attributes } = (await answer.json()) as { Attributes: Record<string, string> };
  return Number(Attributes.ApproximateNumberOfMessages);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 1000 && !(await holds()); i++) await sleep(100);
}

test("a file that is put is online when the command ends, and again when it has changed", async () => {
  const file = write("sales.csv", "id,city\n1,Bonn\n");
  const put = await rehearsal.result("put", "shop", file);
  expect(put).toMatchObject({
    database: "sales",
    tables: [{ name: "sales", rows: 1 }],
    url: `${url}sales/sales`,
    changed: true,
  });
  expect(await servedRows("/sales/sales.json?_shape=objects")).toMatchObject([{ city: "Bonn" }]);
  write("sales.csv", "id,city\n1,Köln\n");
  await rehearsal.result("put", "shop", file);
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
  const { publish } = (await rehearsal.events("update-stack", "shop", path, "--yes")).events.find(
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
  await rehearsal.result("remove", "shop", "year", "--yes");
  expect((await fetch(new URL("/year.json", url))).status).toBe(404);
});

test("a rule appends what each file has", async () => {
  for (const [name, id] of [
    ["orders-1.csv", 1],
    ["orders-2.csv", 2],
  ] as const) {
    await rehearsal.result("put", "shop", write(name, `id\n${id}\n`), "--to", "year2");
  }
  const rows = await (await fetch(new URL("/year2/orders.json?_shape=array", url))).json();
  expect(rows).toMatchObject([{ id: 1 }, { id: 2 }]);
});

test("readers see when and from what, and the last loads but for those that failed", async () => {
  const { updated_at, source } = await getJson(url, "/year2.json");
  expect(source).toBe("orders-2.csv");
  expect(Math.abs(Date.now() - Date.parse(String(updated_at)))).toBeLessThan(600_000);
  const { loads } = await getJson(url, "/-/loads.json");
  const sources = (loads as { source: string; status: string }[]).map(
    ({ source, status }) => `${source} ${status}`,
  );
  expect(sources.slice(0, 2)).toEqual([
    "year2/orders-2.csv published",
    "year2/orders-1.csv published",
  ]);
  expect(sources.join()).not.toContain("failed");
});

test("a file that is sent in parts is loaded, too; one that is too large is refused at once", async () => {
  const row = `${"x".repeat(99)},1\n`;
  const large = write("large.csv", `text,n\n${row.repeat(90_000)}`);
  expect(await rehearsal.result("put", "shop", large)).toMatchObject({
    tables: [{ name: "large", rows: 90_000 }],
  });
  const huge = write("huge.csv", "x\n");
  truncateSync(huge, 2_100_000_000);
  const { exitCode, stderr } = await rehearsal.dsl("put", "shop", huge);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("has 2.1 GB; the inbox takes files of up to 2.0 GB");
  expect(stderr).toContain("-o 'huge.db', and then dsl update-stack shop");
});

test("an event that cannot be handled three times is in the dead-letter queue, and the file where it was", async () => {
  await rehearsal.inject([
    {
      service: "s3",
      operation: "PutObject",
      match: "^indexes/",
      kind: "error",
      code: "AccessDenied",
      status: 403,
    },
  ]);
  const store = await bucket();
  await store.put("inbox/stuck.csv", Buffer.from("x\n1\n"), "text/csv");
  await until(async () => (await deadLetters()) === 1);
  await rehearsal.inject([]);
  expect(await deadLetters()).toBe(1);
  expect(await store.stat("inbox/stuck.csv")).not.toBeNull();
  expect((await fetch(new URL("/stuck.json", url))).status).toBe(404);
});

test("without its inbox a site keeps what came through it", async () => {
  const plan = await rehearsal.dsl("update-stack", "shop", path, "--no-inbox", "--dry-run");
  expect(plan.stdout).toContain("Delete the inbox stack shop-inbox");
  await rehearsal.update("shop", path, "--no-inbox", "--yes");
  expect(await servedRows("/sales/sales.json")).toMatchObject([{ city: "Köln" }]);
  const { exitCode, stderr } = await rehearsal.dsl("put", "shop", write("a.csv", "x\n1\n"));
  expect(exitCode).toBe(1);
  expect(stderr).toContain("Error: shop has no inbox");
  expect(stderr).toContain("--inbox");
});

test("an embedded site moves to s3 with its inbox, as the plan says, and all of it can be deleted", async () => {
  await rehearsal.update("plain", path);
  const plan = await rehearsal.dsl("update-stack", "plain", path, "--inbox", "--dry-run");
  expect(plan.stdout).toContain("storage changes from embed to s3");
  const plain = String((await rehearsal.update("plain", path, "--inbox")).url);
  await rehearsal.result("put", "plain", write("b.csv", "x\n1\n"));
  expect((await getJson(plain, "/b/b.json")).rows).toMatchObject([{ x: 1 }]);
  expect((await getJson(plain, "/shop/items.json")).rows).toHaveLength(10);
  const { deleted } = await rehearsal.result("delete-stack", "plain", "--yes");
  expect(deleted).toEqual(["plain-inbox", "plain-service", "plain"]);
});
