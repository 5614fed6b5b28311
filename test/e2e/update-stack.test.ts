import { join } from "node:path";
import { DescribeStackEventsCommand } from "@aws-sdk/client-cloudformation";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cloudOf } from "../../src/stacks/cloud.ts";
import { deployStack } from "../../src/stacks/deploy-stack.ts";
import { describeStack } from "../../src/stacks/describe.ts";
import { recordingStep } from "../src/stacks/recording-step.ts";
import { getJson, type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
});
afterAll(() => rehearsal.end());

function database(name: string, rows: number, title?: string): string {
  const path = join(rehearsal.folder, name);
  writeItems(path, rows, title);
  return path;
}

async function stack(name: string) {
  return describeStack(await rehearsal.clients.cloudFormation(), name);
}

/** What is there to be touched: the newest event of each stack and all objects. */
async function traces(name: string): Promise<unknown> {
  const cloudFormation = await rehearsal.clients.cloudFormation();
  const newest = await Promise.all(
    [name, `${name}-service`].map(async (StackName) => {
      const { StackEvents } = await cloudFormation.send(
        new DescribeStackEventsCommand({ StackName }),
      );
      return StackEvents?.[0]?.EventId;
    }),
  );
  const bucket = (await stack(name))?.outputs.BucketName;
  const s3 = await rehearsal.clients.s3();
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  return { newest, objects: Contents?.map(({ Key, ETag }) => [Key, ETag]) };
}

test.each(["embed", "s3"])(
  "create with --storage %s: the last line is a URL that works",
  async (storage) => {
    const name = `create-${storage}`;
    database("shop.db", 500);
    const run = await rehearsal.dsl("update-stack", name, "shop.db", "--storage", storage);
    expect(run).toMatchObject({ exitCode: 0 });
    const url = run.stdout.split("\n").at(-1)!;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect((await stack(`${name}-service`))?.outputs.Url).toBe(url);
    expect(run.stdout).toMatch(/Version 1 of \S+ is live after .* s: uploaded .* of .*/);

    const home = await fetch(url);
    expect(await home.text()).toContain("shop");
    expect(home.headers.get("content-type")).toContain("text/html");
    expect(await getJson(url, "/-/status.json")).toMatchObject({ ok: true, version: 1, storage });
    const row = await getJson(url, "/shop/items/500.json?_shape=objects");
    expect(row).toMatchObject({ rows: [{ id: 500, title: "item 500" }] });

    const table = await (await fetch(new URL("/shop/items?id=1", url))).text();
    const card = await fetch(/property="og:image" content="([^"]+)"/.exec(table)?.[1] ?? "");
    expect(card.headers.get("content-type")).toBe("image/png");
    expect(card.headers.get("cache-control")).toContain("immutable");
    const png = Buffer.from(await card.arrayBuffer());
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1200, 630]);
  },
);

test("the same again uploads nothing, touches no stack and says so", async () => {
  database("same.db", 100);
  await rehearsal.update("same", "same.db", "--memory", "512", "--tag", "owner=anna");
  const before = await traces("same");
  const run = await rehearsal.dsl("update-stack", "same", "same.db");
  expect(run).toMatchObject({ exitCode: 0 });
  expect(run.stdout).toContain("Nothing changed: version 1 of same is up to date");
  expect(await traces("same")).toEqual(before);
  const result = await rehearsal.update("same", "same.db");
  expect(result).toMatchObject({ changed: false, bytes_uploaded: 0, package_bytes_uploaded: 0 });
});

test("changed data in s3 storage: the blocks that changed, no stack, and readers get it", async () => {
  const path = database("data.db", 20_000);
  const first = await rehearsal.update("data", "data.db", "--storage", "s3");
  const url = String(first.url);
  await getJson(url, "/data/items.json?_size=1");
  const serviceBefore = await stack("data-service");
  new Database(path).exec("update items set title = 'changed' where id = 20000").close();

  const { events } = await rehearsal.events("update-stack", "data", "data.db");
  const plan = events.find(({ event }) => event === "plan");
  expect(plan).toMatchObject({
    bucket_stack: { action: "none" },
    service_stack: { action: "none" },
  });
  const result = events.at(-1)!;
  expect(result).toMatchObject({ event: "result", version: 2, blocks_uploaded: 1, url });
  expect(Number(result.blocks_total)).toBeGreaterThan(3);
  expect(await stack("data-service")).toEqual(serviceBefore);
  const row = await getJson(url, "/data/items/20000.json?_shape=objects");
  expect(row).toMatchObject({ rows: [{ title: "changed" }] });
});

test("changed data in embed storage: the function's code is updated", async () => {
  const path = database("embedded.db", 100);
  const { url } = await rehearsal.update("embedded", "embedded.db", "--storage", "embed");
  new Database(path).exec("update items set title = 'changed' where id = 1").close();
  const result = await rehearsal.update("embedded", "embedded.db");
  expect(result).toMatchObject({ version: 2, url });
  expect(result.package_bytes_uploaded).toBeGreaterThan(0);
  const row = await getJson(String(url), "/embedded/items/1.json?_shape=objects");
  expect(row).toMatchObject({ rows: [{ title: "changed" }] });
});

test("options that are not given keep what is deployed, those that are given win", async () => {
  database("options.db", 10);
  await rehearsal.update("options", "options.db", "--memory", "512", "--timeout", "20");
  await rehearsal.update("options", "options.db", "--refresh", "5", "--tag", "owner=anna");
  const service = await stack("options-service");
  expect(service?.parameters).toMatchObject({
    MemorySize: "512",
    Timeout: "20",
    RefreshSeconds: "5",
  });
  expect([service?.tags, (await stack("options"))?.tags]).toEqual([
    { owner: "anna", "dsl:site": "options", "dsl:role": "service" },
    { owner: "anna", "dsl:site": "options", "dsl:role": "bucket" },
  ]);
});

test("several databases, one under another name, with metadata, settings and a base_url", async () => {
  database("one.db", 10, "first");
  database("two.db", 20, "second");
  const result = await rehearsal.update(
    ...["several", "one.db", "two.db", "--alias", "deux=two.db"],
    ...["-s", "base_url", "/data/", "--setting", "default_page_size", "5", "--cors"],
  );
  const url = String(result.url);
  expect(new URL(url).pathname).toBe("/data/");
  const databases = (await (await fetch(new URL("-/databases.json", url))).json()) as unknown;
  expect(JSON.stringify(databases)).toMatch(/"one".*"deux"/);
  const page = await fetch(new URL("deux/items.json", url));
  expect(page.headers.get("access-control-allow-origin")).toBe("*");
  expect(((await page.json()) as { rows: unknown[] }).rows).toHaveLength(5);
});

test("a database is removed only when that is confirmed", async () => {
  database("kept.db", 10);
  database("gone.db", 10);
  const { url } = await rehearsal.update("removal", "kept.db", "gone.db");
  const refused = await rehearsal.events("update-stack", "removal", "kept.db");
  expect(refused.exitCode).toBe(2);
  expect(refused.events.at(-1)).toMatchObject({
    event: "error",
    code: "confirmation_needed",
    message: expect.stringContaining("database gone will be removed"),
  });
  expect(await getJson(String(url), "/gone/items.json?_size=1")).toMatchObject({ ok: true });
  await rehearsal.update("removal", "kept.db", "--yes");
  expect((await fetch(new URL("/gone.json", String(url)))).status).toBe(404);
});

test("--dry-run says what would be done and does nothing", async () => {
  database("dry.db", 10);
  const run = await rehearsal.dsl("update-stack", "dry", "dry.db", "--dry-run");
  expect(run).toMatchObject({ exitCode: 0 });
  for (const line of ["Create the bucket stack dry", "Publish version 1", "dry-service"]) {
    expect(run.stdout).toContain(line);
  }
  expect([await stack("dry"), await stack("dry-service")]).toEqual([null, null]);
});

test("--quiet prints only the outcome", async () => {
  database("quiet.db", 10);
  const run = await rehearsal.dsl("update-stack", "quiet", "quiet.db", "--quiet");
  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  expect(run.stdout.split("\n")).toHaveLength(3);
});

test("a stack that dsl did not make is left alone", async () => {
  const template = JSON.stringify({
    Description: "Somebody's",
    Resources: { Log: { Type: "AWS::Logs::LogGroup" } },
  });
  const cloud = await cloudOf(rehearsal.clients);
  const identity = { site: "foreign", role: "bucket" } as const;
  const request = { name: "foreign", identity, template, parameters: {}, tags: {}, roleArn: null };
  await deployStack(cloud, "create", request, recordingStep());
  database("foreign.db", 10);
  for (const args of [
    ["update-stack", "foreign", "foreign.db"],
    ["delete-stack", "foreign", "--yes"],
  ]) {
    const run = await rehearsal.dsl(...args);
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain("Stack foreign exists and was not made by dsl");
  }
});
