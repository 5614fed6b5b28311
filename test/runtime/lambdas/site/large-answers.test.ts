import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { Bucket } from "../../../../runtime/core/store/s3.ts";
import { type ExportPlace, forgetExports } from "../../../../runtime/lambdas/site/exports.ts";
import { withinLimit } from "../../../../runtime/lambdas/site/large-answers.ts";
import { answer } from "../../../../runtime/site/http/answer.ts";
import { policyHeaders } from "../../../../runtime/site/pipeline/policy-headers.ts";
import { BUCKET, environmentOf, type SmallS3, startSmallS3 } from "../../core/store/small-s3.ts";

const URL = "/shop/orders.csv";
const MEGABYTE = 1024 * 1024;
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LAMBDA_LIMIT = 6_291_556;

let s3: SmallS3;
let bucket: Bucket;

beforeEach(async () => {
  s3 = await startSmallS3();
  bucket = new Bucket(BUCKET, environmentOf(s3));
  forgetExports();
});
afterEach(() => s3.close());

async function inBucket(): Promise<ExportPlace> {
  return { bucket, maxMegabytes: 30, perMinute: 5 };
}

test.each([
  ["plain text", "x".repeat(6 * 1000 * 1000)],
  ["text that is longer in JSON, so that base64 is shorter", '"'.repeat(4 * MEGABYTE)],
  ["random bytes", randomBytes(4.4 * MEGABYTE)],
])("what fits into Lambda's limit goes out directly: %s", async (_, body) => {
  const { status, body: sent } = await withinLimit(answer(body, {}), URL, inBucket);
  expect(status).toBe(200);
  const inJson = typeof sent === "string" ? sent : Buffer.from(sent!).toString("base64");
  expect(Buffer.byteLength(JSON.stringify(inJson))).toBeLessThan(LAMBDA_LIMIT);
  expect(Buffer.from(sent!).equals(Buffer.from(body))).toBe(true);
});

test("text stays text, and bytes that are not UTF-8 stay bytes", async () => {
  const bytes = Buffer.from([0x41, 0xff, 0x00, 0x80, 0x42]);
  expect((await withinLimit(answer("señor", {}), URL, inBucket)).body).toBe("señor");
  expect((await withinLimit(answer(Buffer.from("señor"), {}), URL, inBucket)).body).toBe("señor");
  expect((await withinLimit(answer(bytes, {}), URL, inBucket)).body).toEqual(bytes);
  expect((await withinLimit(answer(null, {}, 304), URL, inBucket)).body).toBe(null);
});

test("a larger answer becomes a redirect to a copy in the bucket", async () => {
  const body = randomBytes(19 * MEGABYTE);
  const chunks = [body.subarray(0, 5 * MEGABYTE), body.subarray(5 * MEGABYTE)];
  const headers = {
    "content-type": "application/octet-stream",
    "content-disposition": 'attachment; filename="shop.db"',
    "access-control-allow-origin": "*",
  };
  const result = await withinLimit(answer(partsOf(chunks), headers), URL, inBucket);
  expect(result).toMatchObject({ status: 302, body: null });
  expect(result.headers).toMatchObject({
    "access-control-allow-origin": "*",
    "cache-control": "no-store",
  });
  const copy = await fetch(result.headers.location!);
  expect(new globalThis.URL(copy.url).pathname).toMatch(/\/exports\/[0-9a-f]{64}\/shop\.db$/);
  expect(copy.headers.get("content-disposition")).toBe('attachment; filename="shop.db"');
  expect(Buffer.from(await copy.arrayBuffer()).equals(body)).toBe(true);
});

test("a redirect and a refusal are as strict with browsers as the answer would have been", async () => {
  const policy = {
    ...policyHeaders(true, false),
    "content-security-policy": "default-src 'none'",
  };
  const headers = { ...policy, "content-type": "text/html", etag: '"v1"', vary: "Accept-Encoding" };
  const body = randomBytes(9 * MEGABYTE);
  const redirected = await withinLimit(answer(body, headers), URL, inBucket);
  const location = expect.stringContaining("/exports/");
  expect(redirected.headers).toEqual({ ...policy, location, "cache-control": "no-store" });
  const refused = await withinLimit(answer(body, headers), URL, async () => null);
  expect(refused.headers).toEqual({
    ...policy,
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
  });
});

test("a copy of the same version is used again", async () => {
  const large = () => answer(Buffer.alloc(9 * MEGABYTE, 0xff), { etag: '"v1"' });
  await withinLimit(large(), URL, inBucket);
  const uploaded = s3.requests.length;
  expect((await withinLimit(large(), URL, inBucket)).status).toBe(302);
  expect(s3.requests.length).toBe(uploaded + 1);
});

test("a stream whose copy is there already is closed and not read to its end", async () => {
  const headers = { etag: '"v2"' };
  await withinLimit(answer(Buffer.alloc(9 * MEGABYTE, 0xff), headers), URL, inBucket);
  let closed = false;
  async function* endless(): AsyncIterable<Uint8Array> {
    try {
      for (;;) yield Buffer.alloc(MEGABYTE, 0xff);
    } finally {
      closed = true;
    }
  }
  const result = await withinLimit(answer(endless(), headers), URL, inBucket);
  expect([result.status, closed]).toEqual([302, true]);
});

test("a copy has the name of what was asked for", async () => {
  const large = answer(Buffer.alloc(9 * MEGABYTE, 0xff), {});
  const result = await withinLimit(large, "/shop/a~20b.csv?_stream=on", inBucket);
  expect(result.headers.location).toContain("/a~20b.csv?");
});

test("exports that a clock counted which was set back since do not count for ever", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const statusOf = async (fill: number) => {
    const large = answer(Buffer.alloc(9 * MEGABYTE, fill | 0x80), {});
    return (await withinLimit(large, "/a.json", inBucket)).status;
  };
  for (const fill of [1, 2, 3, 4, 5]) expect(await statusOf(fill)).toBe(302);
  expect(await statusOf(6)).toBe(429);
  vi.setSystemTime(Date.now() - 50 * 3_600_000);
  expect(await statusOf(6)).toBe(302);
});

test("the same content is stored once, whatever was asked", async () => {
  const locations: string[] = [];
  for (const [fill, url] of [
    [1, "/a.json?x=1"],
    [1, "/a.json?x=2"],
    [2, "/a.json?x=3"],
  ] as const) {
    const large = answer(Buffer.alloc(9 * MEGABYTE, fill | 0x80), {});
    const { headers } = await withinLimit(large, url, inBucket);
    locations.push(headers.location!.replace(/\?.*/, ""));
  }
  expect(locations[1]).toBe(locations[0]);
  expect(new Set(locations).size).toBe(2);
  expect([...s3.objects.keys()].filter((key) => key.startsWith("exports/")).length).toBe(2);
});

test("so many new exports a minute, then 429; what is there is still given", async () => {
  const statuses: number[] = [];
  const ask = async (fill: number) => {
    const large = answer(Buffer.alloc(7 * MEGABYTE, fill), { etag: `"${fill}"` });
    return withinLimit(large, "/x", inBucket);
  };
  for (let fill = 0x80; fill < 0x86; fill++) statuses.push((await ask(fill)).status);
  expect(statuses).toEqual([302, 302, 302, 302, 302, 429]);
  const refused = await ask(0x90);
  expect(refused.headers).toMatchObject({ "retry-after": "60", "cache-control": "no-store" });
  expect(refused.body).toContain("max_exports_per_minute");
  expect((await ask(0x80)).status).toBe(302);
});

test.each([{}, { etag: '"x"' }, { "content-length": String(40 * MEGABYTE) }])(
  "an export has a largest size: %j",
  async (headers) => {
    let read = 0;
    async function* endless(): AsyncIterable<Uint8Array> {
      for (;;) {
        read += MEGABYTE;
        yield Buffer.alloc(MEGABYTE, 0xff);
      }
    }
    const { status, body } = await withinLimit(answer(endless(), headers as never), "/x", inBucket);
    expect([status, body]).toEqual([413, expect.stringContaining("larger than 30 MB")]);
    expect(read).toBeLessThan(50 * MEGABYTE);
    // What was begun is removed by the bucket's lifecycle rule.
    const stored = [...s3.objects.keys()].filter((key) => !key.startsWith("upload:"));
    expect(stored).toEqual([]);
  },
);

test("without a bucket a larger answer is refused with the reason", async () => {
  const large = answer(Buffer.alloc(9 * MEGABYTE, 0xff), {});
  const result = await withinLimit(large, URL, async () => null);
  expect(result.status).toBe(413);
  expect(result.body).toContain("larger than the 6 MB");
});

async function* partsOf(chunks: Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* chunks;
}
