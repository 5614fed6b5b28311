/** A location of the local CloudFront, in a time of its own, before an origin that says what it was asked. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { DistributionConfig } from "../../../../src/local-aws/cloudfront/distributions.ts";
import { Edge, type OriginRequest } from "../../../../src/local-aws/cloudfront/edge.ts";
import { EdgeFunctions } from "../../../../src/local-aws/cloudfront/functions.ts";
import { Policies } from "../../../../src/local-aws/cloudfront/policies.ts";

const home = mkdtempSync(join(tmpdir(), "dsl-edge-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const policies = new Policies(home);
const functions = new EdgeFunctions(home, "000000000000");
const none = { behavior: "none" as const, names: [] };
const all = { behavior: "all" as const, names: [] };
const cachePolicy = policies.create(
  {
    kind: "cache-policy",
    name: "kept",
    minTtl: 0,
    defaultTtl: 0,
    maxTtl: 31_536_000,
    gzip: true,
    brotli: true,
    headers: { behavior: "whitelist", names: ["origin"] },
    cookies: none,
    queryStrings: all,
  },
  "kept",
);
const config: DistributionConfig = {
  enabled: true,
  comment: "",
  aliases: [],
  certificateArn: null,
  origins: [{ id: "api", domainName: "x", headers: { "x-secret": "key" } }],
  behavior: {
    originId: "api",
    allowedMethods: ["GET", "HEAD", "POST"],
    compress: true,
    cachePolicy,
    originRequestPolicy: null,
    responseHeadersPolicy: null,
    viewerRequest: null,
  },
  errorSeconds: { "404": 5, "500": 1 },
};

let now = 0;
let asked: OriginRequest[] = [];
let edge: Edge;
/** What the origin answers next. */
let says: { status?: number; headers?: Record<string, string>; body?: string };
beforeEach(() => {
  now = 0;
  asked = [];
  says = {};
  edge = new Edge({
    policies,
    functions,
    now: () => now,
    askOrigin: async (_origin, request) => {
      asked.push(request);
      const { status = 200, headers = {}, body = "hello" } = says;
      return {
        status,
        headers: new Map(Object.entries(headers)),
        cookies: [],
        body: Buffer.from(body),
      };
    },
  });
});

async function get(url: string, headers: Record<string, string> = {}, method = "GET") {
  const answer = await edge.answer(config, {
    method,
    url,
    headers: new Map(Object.entries({ host: "h", ...headers })),
    body: Buffer.alloc(0),
    address: "192.0.2.1",
  });
  return { ...answer, fields: new Map(answer.headers), text: answer.body.toString() };
}

async function howOften(...times: number[]): Promise<number> {
  for (const time of times) {
    now = time * 1000;
    await get("/a");
  }
  return asked.length;
}

describe("What is kept", () => {
  test.each([
    ["s-maxage before max-age", "max-age=5, s-maxage=60", [0, 59, 61], 2],
    ["max-age", "max-age=5", [0, 4, 6], 2],
    ["nothing that is said to be private", "private, max-age=60", [0, 1], 2],
    ["nothing that is not to be stored", "no-store", [0, 1], 2],
    ["nothing where nothing is said", "", [0, 1], 2],
  ])("%s", async (_what, field, times, expected) => {
    says = { headers: field === "" ? {} : { "cache-control": field } };
    expect(await howOften(...times)).toBe(expected);
  });

  test("errors for as long as the distribution says", async () => {
    says = { status: 404 };
    expect(await howOften(0, 4, 6)).toBe(2);
    says = { status: 403 };
    expect(await howOften(100, 100)).toBe(4);
  });

  test("is asked again with its own ETag, and its time begins anew", async () => {
    says = { headers: { "cache-control": "s-maxage=10", etag: '"1"' } };
    await howOften(0);
    says = { status: 304, headers: { "cache-control": "s-maxage=10", etag: '"1"' }, body: "" };
    now = 11_000;
    const again = await get("/a", { "if-none-match": '"other"' });
    expect(asked[1]!.headers.get("if-none-match")).toBe('"1"');
    expect([again.status, again.text, again.fields.get("x-cache")]).toEqual([
      ...[200, "hello", "RefreshHit from cloudfront"],
    ]);
    expect(await howOften(20)).toBe(2);
    expect((await get("/a", { "if-none-match": 'W/"1"' })).status).toBe(304);
  });

  test("stands in for an origin that fails, as long as it may", async () => {
    const field = "s-maxage=10, stale-if-error=100";
    says = { headers: { "cache-control": field, etag: '"1"' } };
    await howOften(0);
    says = { status: 500, body: "broken" };
    now = 50_000;
    expect((await get("/a")).text).toBe("hello");
    now = 200_000;
    expect((await get("/a")).status).toBe(500);
  });

  test("is fetched once however many ask at the same time", async () => {
    says = { headers: { "cache-control": "s-maxage=10" } };
    const answers = await Promise.all([get("/a"), get("/a"), get("/a")]);
    expect(answers.map(({ text }) => text)).toEqual(["hello", "hello", "hello"]);
    expect(asked.length).toBe(1);
  });
});

describe("Who gets what was made for whom", () => {
  const kept = { headers: { "cache-control": "s-maxage=60" } };

  test("a cookie, a password and other hosts' names do not reach the origin of what is kept", async () => {
    says = kept;
    const personal = { cookie: "a=1", authorization: "Basic x", "x-forwarded-host": "evil" };
    await get("/a", personal);
    const { headers } = asked[0]!;
    expect(Object.keys(personal).filter((name) => headers.has(name))).toEqual([]);
    expect(headers.get("x-secret")).toBe("key");
    await get("/a");
    expect(asked.length).toBe(1);
  });

  test("a page that another site asks for is kept beside the one that it does not", async () => {
    says = kept;
    await get("/a", { origin: "https://one.example" });
    await get("/a", { origin: "https://two.example" });
    await get("/a");
    expect(asked.length).toBe(3);
  });

  test("each query string is another answer, and each form of compression", async () => {
    says = kept;
    for (const url of ["/a?x=1", "/a?x=2", "/a?x=1"]) await get(url);
    expect(asked.length).toBe(2);
    for (const accepted of ["br", "gzip, br;q=1.0", "gzip", "br;q=0, gzip", "identity"]) {
      await get("/b", { "accept-encoding": accepted });
    }
    expect(asked.slice(2).map(({ headers }) => headers.get("accept-encoding"))).toEqual([
      ...["br", "br,gzip", "gzip", undefined],
    ]);
  });

  test("a POST and its answer are nobody else's, and what lets in is passed on", async () => {
    says = kept;
    await get("/a", { authorization: "Bearer t" }, "POST");
    await get("/a", { authorization: "Bearer t" }, "POST");
    expect(asked.map(({ headers }) => headers.get("authorization"))).toEqual([
      "Bearer t",
      "Bearer t",
    ]);
  });

  test("with the managed policy of what is not kept everything but Host is passed on", async () => {
    const behavior = {
      ...config.behavior,
      cachePolicy: "4135ea2d-6844-44df-b05b-000386a87bad",
      originRequestPolicy: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
    };
    says = kept;
    for (const cookie of ["a=1", "a=2"]) {
      await edge.answer(
        { ...config, behavior },
        {
          method: "GET",
          url: "/a?b",
          headers: new Map([
            ["host", "h"],
            ["cookie", cookie],
            ["authorization", "Basic x"],
          ]),
          body: Buffer.alloc(0),
          address: "192.0.2.1",
        },
      );
    }
    expect(
      asked.map(({ url, headers }) => [url, headers.get("cookie"), headers.get("host")]),
    ).toEqual([
      ["/a?b", "a=1", undefined],
      ["/a?b", "a=2", undefined],
    ]);
    expect(asked[0]!.headers.get("authorization")).toBe("Basic x");
  });
});

describe("What is answered", () => {
  test("a part of what is kept, and that a part is not there", async () => {
    says = { headers: { "cache-control": "s-maxage=60" } };
    await get("/a");
    const part = await get("/a", { range: "bytes=1-2" });
    expect([part.status, part.text, part.fields.get("content-range")]).toEqual([
      ...[206, "el", "bytes 1-2/5"],
    ]);
    expect((await get("/a", { range: "bytes=9-" })).status).toBe(416);
  });

  test("what comes compressed is left alone, what does not is compressed once", async () => {
    const body = "x".repeat(2000);
    const headers = { "content-type": "text/csv", "cache-control": "s-maxage=60" };
    says = { body, headers: { ...headers, "content-encoding": "gzip" } };
    expect((await get("/a", { "accept-encoding": "br" })).text).toBe(body);
    says = { body, headers };
    const made = await get("/b", { "accept-encoding": "br" });
    expect([made.fields.get("content-encoding"), made.body.length < 100]).toEqual(["br", true]);
  });

  test("a URL that is too long, a method that is not allowed", async () => {
    expect((await get(`/${"a".repeat(9000)}`)).status).toBe(414);
    expect((await get("/a", {}, "DELETE")).status).toBe(403);
    expect(asked).toEqual([]);
  });
});
