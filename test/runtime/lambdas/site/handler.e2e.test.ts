import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { HttpResult } from "../../../../runtime/lambdas/site/handler.ts";
import { guardFile } from "../../../../src/paths.ts";
import { temporaryDirectory } from "../../../temporary-directory.ts";
import { BUCKET, environmentOf, type SmallS3, startSmallS3 } from "../../core/store/small-s3.ts";
import { makeDatabase, publish, setVersion } from "../../site/sources/published.ts";
import { startFunction } from "./lambda-function.ts";

const ROWS = "/shop/version.json?_shape=array";

let s3: SmallS3;
let directory: string;
let shop: string;

beforeEach(async () => {
  s3 = await startSmallS3();
  directory = temporaryDirectory();
  shop = join(temporaryDirectory(), "shop.db");
  makeDatabase(shop, 1);
});
afterEach(() => s3.close());

function s3Environment(): object {
  const own = { DSL_STORAGE: "s3", DSL_BUCKET: BUCKET, DSL_REFRESH_SECONDS: "3600" };
  return { ...environmentOf(s3), ...own, TMPDIR: directory, DSL_GUARD: guardFile() };
}

function embedEnvironment(): object {
  const own = { DSL_STORAGE: "embed", DSL_BUCKET: BUCKET, LAMBDA_TASK_ROOT: directory };
  return { ...environmentOf(s3), ...own };
}

/** Lays out the function's package as `dsl update-stack --storage embed` does. */
function embed(): void {
  const manifest = publish(s3.objects, 1, { shop });
  mkdirSync(join(directory, "databases"));
  copyFileSync(shop, join(directory, "databases", `${manifest.databases[0]!.sha256}.db`));
  writeFileSync(join(directory, "manifest.json"), JSON.stringify(manifest));
}

function json(result: HttpResult): unknown {
  return JSON.parse(result.body);
}

test("embedded databases are served without asking S3 for anything", async () => {
  embed();
  const site = await startFunction(embedEnvironment());
  const answer = await site.get(ROWS);
  expect([answer.statusCode, json(answer)]).toEqual([200, [{ rowid: 1, n: 1 }]]);
  expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
  expect(s3.requests).toEqual([]);
});

test("the status says what is served, and whether the environment is new", async () => {
  embed();
  const site = await startFunction(embedEnvironment());
  const expected = { ok: true, version: 1, storage: "embed" };
  expect(json(await site.get("/-/status.json"))).toMatchObject({ ...expected, start: "cold" });
  expect(json(await site.get("/-/status.json"))).toMatchObject({ ...expected, start: "warm" });
});

test("databases come from the bucket, and a new version when it is asked for", async () => {
  publish(s3.objects, 1, { shop });
  const site = await startFunction(s3Environment());
  expect(json(await site.get(ROWS))).toEqual([{ rowid: 1, n: 1 }]);
  setVersion(shop, 2);
  publish(s3.objects, 2, { shop });
  expect(json(await site.get(ROWS))).toEqual([{ rowid: 1, n: 1 }]);
  const status = async () => json(await site.get("/-/status.json?at_least=2"));
  await expect.poll(status, { interval: 200 }).toMatchObject({ version: 2 });
  expect(json(await site.get(ROWS))).toEqual([{ rowid: 1, n: 2 }]);
  expect(site.log.join()).toContain('"message":"serving another version"');
});

test("connections that were closed while the environment was frozen do no harm", async () => {
  const staff = join(temporaryDirectory(), "staff.db");
  makeDatabase(staff, 1);
  publish(s3.objects, 1, { shop, staff });
  const site = await startFunction(s3Environment());
  expect((await site.get(ROWS)).statusCode).toBe(200);
  site.freeze();
  s3.dropConnections();
  site.thaw();
  expect((await site.get("/staff/version.json")).statusCode).toBe(200);
  expect(site.log.join()).not.toContain('"level":"error"');
});

test("HEAD has the headers and no body", async () => {
  embed();
  const site = await startFunction(embedEnvironment());
  const head = await site.get(ROWS, { method: "HEAD" });
  expect(head).toMatchObject({ statusCode: 200, body: "" });
  expect(head.headers["content-type"]).toBe("application/json; charset=utf-8");
});

test("what the browser has already is a 304 without content", async () => {
  embed();
  const site = await startFunction(embedEnvironment());
  const { headers } = await site.get("/");
  expect(headers.etag).toMatch(/^W\//);
  const again = await site.get("/", { headers: { "if-none-match": headers.etag! } });
  expect(again).toMatchObject({ statusCode: 304, body: "", headers: { etag: headers.etag } });
});

test("bytes come as they are, compressed or not, and nothing says how they were handed over", async () => {
  embed();
  const bytes = Buffer.from([0x41, 0xff, 0x00, 0x80]);
  mkdirSync(join(directory, "mounts/files"), { recursive: true });
  writeFileSync(join(directory, "mounts/files/raw.txt"), bytes);
  const site = await startFunction(embedEnvironment());
  const raw = await site.get("/files/raw.txt");
  expect(raw).toMatchObject({ statusCode: 200, isBase64Encoded: true });
  expect(Buffer.from(raw.body, "base64")).toEqual(bytes);
  const page = await site.get("/shop/version", { headers: { "accept-encoding": "gzip" } });
  expect(page).toMatchObject({ isBase64Encoded: true, headers: { "content-encoding": "gzip" } });
  expect(gunzipSync(Buffer.from(page.body, "base64")).toString()).toContain("<!DOCTYPE html>");
  expect(Object.keys({ ...raw.headers, ...page.headers }).join()).not.toContain("x-dsl");
});

test("a REST API's event is answered, too", async () => {
  embed();
  const site = await startFunction(embedEnvironment());
  const answer = await site.invoke({
    httpMethod: "GET",
    path: "/shop/version.json",
    headers: { Host: "rest.example" },
    multiValueQueryStringParameters: { _shape: ["array"] },
    requestContext: { requestId: "r" },
  });
  expect([answer.statusCode, json(answer)]).toEqual([200, [{ rowid: 1, n: 1 }]]);
});

test("a database that is too large for an answer is downloaded from the bucket", async () => {
  makeDatabase(join(directory, "large.db"), 12);
  shop = join(directory, "large.db");
  embed();
  const site = await startFunction(embedEnvironment());
  const answer = await site.get("/shop.db");
  expect(answer.statusCode).toBe(302);
  const copy = await fetch(answer.headers.location!);
  expect(Buffer.from(await copy.arrayBuffer()).equals(readFileSync(shop))).toBe(true);
});

const SENTENCE = "This site cannot be shown at the moment; try again later. Its log says why.";

test("a function that cannot start says so, logs the reason once a request, and tries again", async () => {
  const site = await startFunction(embedEnvironment());
  const answer = await site.get(ROWS);
  expect(answer.statusCode).toBe(500);
  expect(json(answer)).toMatchObject({ ok: false, error: SENTENCE, errors: [SENTENCE] });
  expect(answer.headers).toMatchObject({
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=63072000",
  });
  await expect.poll(() => site.log).toHaveLength(1);
  expect(JSON.parse(site.log[0]!)).toMatchObject({
    level: "error",
    requestId: "request-1",
    reason: expect.stringContaining("ENOENT"),
  });
  const page = await site.get("/");
  expect([page.statusCode, page.body]).toEqual([500, SENTENCE]);
  expect(page.headers["content-type"]).toBe("text/plain; charset=utf-8");
  embed();
  expect((await site.get(ROWS)).statusCode).toBe(200);
});

test("a wrong variable, a missing bucket and a manifest of the future are each named in the log, to no visitor", async () => {
  const failing = async (site: Awaited<ReturnType<typeof startFunction>>, reason: string) => {
    expect((await site.get("/")).body).toBe(SENTENCE);
    await expect.poll(() => site.log.at(-1)).toContain(reason);
  };
  await failing(await startFunction({ ...s3Environment(), DSL_STORAGE: "disk" }), "DSL_STORAGE is");
  const empty = await startFunction(s3Environment());
  await failing(empty, `NoSuchKey for ${BUCKET}/manifest.json`);
  s3.objects.set("manifest.json", Buffer.from('{"format": 2}'));
  await failing(empty, "published by a newer dsl");
});

test("an event of another kind is answered with the reason", async () => {
  embed();
  const site = await startFunction(embedEnvironment());
  expect(await site.invoke({ key1: "value1" })).toMatchObject({
    statusCode: 500,
    body: expect.stringContaining("not one of an HTTP API"),
  });
});
