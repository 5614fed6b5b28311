import { randomBytes } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Bucket } from "../../../../runtime/core/store/s3.ts";
import * as light from "../../../../runtime/lambdas/site/light-fetch.ts";
import { type HttpResult, resultOf } from "../../../../runtime/lambdas/site/result.ts";
import { BUCKET, environmentOf, type SmallS3, startSmallS3 } from "../../core/store/small-s3.ts";

const URL = "https://host/shop/orders.csv";
const MEGABYTE = 1024 * 1024;
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LAMBDA_LIMIT = 6_291_556;

let s3: SmallS3;
let bucket: Bucket;

beforeEach(async () => {
  s3 = await startSmallS3();
  bucket = new Bucket(BUCKET, environmentOf(s3));
});
afterEach(() => s3.close());

async function inBucket(): Promise<Bucket> {
  return bucket;
}

function bodyOf(result: HttpResult): Buffer {
  return Buffer.from(result.body, result.isBase64Encoded ? "base64" : "utf8");
}

test("text goes out as text, with its status and headers", async () => {
  const response = new Response("señor", { status: 404, headers: { "X-Test": "a" } });
  expect(await resultOf(response, URL, inBucket)).toEqual({
    statusCode: 404,
    headers: { "content-type": "text/plain;charset=UTF-8", "x-test": "a" },
    body: "señor",
    isBase64Encoded: false,
  });
});

test("cookies are given apart from the headers", async () => {
  const response = new Response(null, {
    headers: [
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ],
  });
  const result = await resultOf(response, URL, inBucket);
  expect(result.cookies).toEqual(["a=1", "b=2"]);
  expect(result.headers).toEqual({});
});

test("bytes that are not UTF-8 survive, whatever the content type says", async () => {
  const bytes = Buffer.from([0x41, 0xff, 0x00, 0x80, 0x42]);
  const response = new Response(bytes, { headers: { "content-type": "text/csv" } });
  const result = await resultOf(response, URL, inBucket);
  expect(result.isBase64Encoded).toBe(true);
  expect(bodyOf(result)).toEqual(bytes);
});

test("a compressed answer arrives as it was compressed", async () => {
  const headers = { "content-type": "application/json", "content-encoding": "gzip" };
  const result = await resultOf(new Response(gzipSync("[1, 2]"), { headers }), URL, inBucket);
  expect(result).toMatchObject({ isBase64Encoded: true, headers });
  expect(gunzipSync(bodyOf(result)).toString()).toBe("[1, 2]");
});

test.each([
  ["plain text", "x".repeat(6 * 1000 * 1000)],
  ["text that is longer in JSON, so that base64 is shorter", '"'.repeat(4 * MEGABYTE)],
  ["random bytes", randomBytes(4.4 * MEGABYTE)],
])("what fits into Lambda's limit goes out directly: %s", async (_, body) => {
  const result = await resultOf(new Response(body), URL, inBucket);
  expect(result.statusCode).toBe(200);
  expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(LAMBDA_LIMIT);
  expect(bodyOf(result).equals(Buffer.from(body))).toBe(true);
});

test.each([
  ["a Response of Node", Response],
  ["a light Response", light.Response as unknown as typeof Response],
])("a larger answer becomes a redirect to a copy in the bucket: %s", async (_, Class) => {
  const body = randomBytes(19 * MEGABYTE);
  const chunks = [body.subarray(0, 5 * MEGABYTE), body.subarray(5 * MEGABYTE)];
  const headers = {
    "content-type": "application/octet-stream",
    "content-disposition": 'attachment; filename="shop.db"',
    "access-control-allow-origin": "*",
  };
  const result = await resultOf(new Class(streamOf(chunks), { headers }), URL, inBucket);
  expect(result).toMatchObject({ statusCode: 302, body: "" });
  expect(result.headers).toMatchObject({
    "access-control-allow-origin": "*",
    "cache-control": "no-store",
  });
  const copy = await fetch(result.headers.location!);
  expect(new globalThis.URL(copy.url).pathname).toMatch(/\/exports\/[0-9a-f]{64}\/shop\.db$/);
  expect(copy.headers.get("content-disposition")).toBe('attachment; filename="shop.db"');
  expect(Buffer.from(await copy.arrayBuffer()).equals(body)).toBe(true);
});

test("a copy of the same version is used again", async () => {
  const answer = () =>
    new Response(Buffer.alloc(9 * MEGABYTE, 0xff), { headers: { etag: '"v1"' } });
  await resultOf(answer(), URL, inBucket);
  const uploaded = s3.requests.length;
  expect((await resultOf(answer(), URL, inBucket)).statusCode).toBe(302);
  expect(s3.requests.length).toBe(uploaded + 1);
});

test("a stream whose copy is there already is closed and not read to its end", async () => {
  const headers = { etag: '"v2"' };
  await resultOf(new Response(Buffer.alloc(9 * MEGABYTE, 0xff), { headers }), URL, inBucket);
  let closed = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(Buffer.alloc(MEGABYTE, 0xff)),
    cancel: () => {
      closed = true;
    },
  });
  const result = await resultOf(new Response(endless, { headers }), URL, inBucket);
  expect([result.statusCode, closed]).toEqual([302, true]);
});

test("a copy has the name of what was asked for", async () => {
  const answer = new Response(Buffer.alloc(9 * MEGABYTE, 0xff));
  const result = await resultOf(answer, "https://host/shop/a~20b.csv?_stream=on", inBucket);
  expect(result.headers.location).toContain("/a~20b.csv?");
});

test("without a bucket a larger answer is refused with the reason", async () => {
  const result = await resultOf(
    new Response(Buffer.alloc(9 * MEGABYTE, 0xff)),
    URL,
    async () => null,
  );
  expect(result.statusCode).toBe(413);
  expect(result.body).toContain("larger than the 6 MB");
});

function streamOf(chunks: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}
