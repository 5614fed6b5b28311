import type { IncomingMessage, ServerResponse } from "node:http";
import fc from "fast-check";
import serverless from "serverless-http";
import { describe, expect, test } from "vitest";
import { checkEvent, mendRequest } from "../../../../runtime/lambdas/site/http-event.ts";
import { siteRequest } from "../../../../runtime/site/pipeline/node-listener.ts";

const HOST = "abc.execute-api.eu-west-1.amazonaws.com";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
const format2 = {
  version: "2.0",
  rawPath: "/shop/orders.json",
  rawQueryString: "_size=3&name=a%20b&name=c",
  headers: { host: HOST, "x-forwarded-proto": "https" } as Record<string, string>,
  cookies: ["a=1", "b=2"],
  requestContext: { requestId: "r1", domainName: HOST, http: { method: "GET" } },
};

/** A REST API's event. */
const format1 = {
  version: "1.0",
  httpMethod: "GET",
  path: "/shop/orders.json",
  headers: { Host: HOST, Cookie: "a=1; b=2", "X-Forwarded-Proto": "https" },
  multiValueHeaders: { Host: [HOST] },
  queryStringParameters: { _size: "3", name: "c" },
  multiValueQueryStringParameters: { _size: ["3"], name: ["a b", "c"] },
  requestContext: { requestId: "r1" },
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html */
const balancer = {
  httpMethod: "GET",
  path: "/shop/orders.json",
  headers: { host: HOST, cookie: "a=1; b=2", "x-forwarded-proto": "http" },
  queryStringParameters: { _size: "3", name: "a%20b" },
  requestContext: { elb: { targetGroupArn: "arn" } },
};

/** What the app is given for an event. */
async function requestFor(event: object): Promise<ReturnType<typeof siteRequest>> {
  let seen: ReturnType<typeof siteRequest> | undefined;
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    seen = siteRequest(request);
    response.end();
  };
  await serverless(listener, { requestId: "", request: mendRequest })(structuredClone(event), {});
  return seen!;
}

describe("An event becomes a request", () => {
  test("of an HTTP API or function URL: its query as it was sent", async () => {
    const { method, url, headers, isSecure } = await requestFor(format2);
    expect([method, url, isSecure]).toEqual([
      "GET",
      "/shop/orders.json?_size=3&name=a%20b&name=c",
      true,
    ]);
    expect([headers.get("Cookie"), headers.get("host")]).toEqual(["a=1; b=2", HOST]);
  });

  test("of a REST API: its query encoded again, with every value of a name", async () => {
    const { method, url, headers, isSecure } = await requestFor(format1);
    expect([method, url, isSecure]).toEqual([
      "GET",
      "/shop/orders.json?_size=3&name=a%20b&name=c",
      true,
    ]);
    expect([headers.get("cookie"), headers.get("host")]).toEqual(["a=1; b=2", HOST]);
  });

  test("of a load balancer without TLS", async () => {
    const { url, isSecure } = await requestFor(balancer);
    expect([url, isSecure]).toEqual(["/shop/orders.json?_size=3&name=a%20b", false]);
  });

  test.each([
    ["/shop/a~20b", "/shop/a~20b"],
    ["/shop/a b", "/shop/a%20b"],
    ["/shop/señor", "/shop/se%C3%B1or"],
    ["/shop/what?", "/shop/what%3F"],
    ["/shop/100%", "/shop/100%25"],
    ["/shop/a%2Fb", "/shop/a%2Fb"],
    ["/shop/a#b", "/shop/a%23b"],
    ["//evil.example/", "//evil.example/"],
    ["/shop/\ud800", "/shop/%EF%BF%BD"],
  ])("whose path %s, decoded by API Gateway, is %s", async (rawPath, path) => {
    expect((await requestFor({ ...format2, rawPath, rawQueryString: "" })).url).toBe(path);
    expect(
      (
        await requestFor({
          ...format1,
          path: rawPath,
          multiValueQueryStringParameters: null,
          queryStringParameters: null,
        })
      ).url,
    ).toBe(path);
  });

  test("whose path and query are always ones that a URL can have", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
        const { url } = await requestFor({ ...format2, rawPath: `/${text}` });
        expect(url).toMatch(/^\/[\x21-\x7e]*$/);
        expect(url.endsWith("?_size=3&name=a%20b&name=c")).toBe(true);
      }),
    );
  });
});

test.each([
  ["a test in the console", { key1: "value1" }, '{"key1":"value1"}'],
  ["nothing", undefined, "undefined"],
  ["a queue", { Records: [] }, '{"Records":[]}'],
])("an event of %s is refused", (_, event, named) => {
  expect(() => checkEvent(event)).toThrow(named);
});
