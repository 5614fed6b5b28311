import { expect, test } from "vitest";
import { decodedPath, eventFor } from "../../../../src/local-aws/http-api/event.ts";
import { responseFor } from "../../../../src/local-aws/http-api/response.ts";
import { matchRoute, parseRouteKey } from "../../../../src/local-aws/http-api/routing.ts";

const ROUTE = {
  apiId: "a1b2c3d4e5",
  accountId: "123456789012",
  routeKey: "$default",
  pathParameters: {},
  stageVariables: {},
};
const REQUEST_ID = "87250bbc-ace7-4330-81c2-26ca3fc0eeca";

function event(request: { method?: string; url?: string; rawHeaders?: string[]; body?: string }) {
  return eventFor(
    {
      method: request.method ?? "GET",
      url: request.url ?? "/",
      rawHeaders: ["Host", "127.0.0.1:4591", ...(request.rawHeaders ?? [])],
      body: Buffer.from(request.body ?? ""),
      sourceIp: "127.0.0.1",
      port: 4591,
    },
    ROUTE,
    REQUEST_ID,
    new Date("2020-03-12T19:03:58.000Z"),
  );
}

test("is an event of payload format 2.0, with nothing added and nothing missing", () => {
  const request = {
    url: "/fixtures/a%20b~2Fc?_sort=id&x=1&x=a%20b",
    rawHeaders: [
      "User-Agent",
      "curl/8",
      "Accept",
      "text/html",
      "ACCEPT",
      "*/*",
      "Cookie",
      "a=1; b=2",
    ],
  };
  expect(event(request)).toEqual({
    version: "2.0",
    routeKey: "$default",
    rawPath: "/fixtures/a b~2Fc",
    rawQueryString: "_sort=id&x=1&x=a%20b",
    cookies: ["a=1", "b=2"],
    headers: {
      accept: "text/html,*/*",
      "content-length": "0",
      host: "127.0.0.1:4591",
      "user-agent": "curl/8",
      "x-amzn-trace-id": "Root=1-5e6a879e-87250bbcace7433081c226ca",
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-port": "4591",
      "x-forwarded-proto": "http",
    },
    queryStringParameters: { _sort: "id", x: "1,a b" },
    requestContext: {
      accountId: "123456789012",
      apiId: "a1b2c3d4e5",
      domainName: "127.0.0.1",
      domainPrefix: "127",
      http: {
        method: "GET",
        path: "/fixtures/a b~2Fc",
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: "curl/8",
      },
      requestId: REQUEST_ID,
      routeKey: "$default",
      stage: "$default",
      time: "12/Mar/2020:19:03:58 +0000",
      timeEpoch: 1584039838000,
    },
    isBase64Encoded: false,
  });
});

test("leaves out what the request does not have", () => {
  const { cookies, queryStringParameters, body, pathParameters, stageVariables } = event({});
  expect([cookies, queryStringParameters, body, pathParameters, stageVariables]).toEqual(
    Array(5).fill(undefined),
  );
});

test.each([
  ["application/json", '{"a":1}', '{"a":1}', false],
  ["text/plain; charset=utf-8", "ä", "ä", false],
  ["application/x-www-form-urlencoded", "sql=select+1", "c3FsPXNlbGVjdCsx", true],
  ["application/octet-stream", "abc", "YWJj", true],
])("carries a body of type %s", (type, body, expected, isBase64Encoded) => {
  expect(event({ method: "POST", rawHeaders: ["Content-Type", type], body })).toMatchObject({
    body: expected,
    isBase64Encoded,
  });
});

test.each([
  ["/a%2Fb", "/a/b"],
  ["/a%3Fb/c", "/a"],
  ["/%C3%A4?x=%20", "/ä"],
  ["/%E0%A4%A", undefined],
])("decodes the path %s to %s, as HTTP APIs do", (url, path) => {
  expect(decodedPath(url)).toBe(path);
});

test.each<[what: string, result: unknown, expected: object | undefined]>([
  [
    "an object without status",
    { a: 1 },
    { status: 200, headers: [["content-type", "application/json"]], body: '{"a":1}' },
  ],
  [
    "a text",
    "hello",
    { status: 200, headers: [["content-type", "application/json"]], body: "hello" },
  ],
  ["nothing", null, { status: 200, headers: [["content-type", "application/json"]], body: "null" }],
  [
    "a status alone",
    { statusCode: 204 },
    { status: 204, headers: [["content-type", "text/plain;charset=UTF-8"]], body: "" },
  ],
  [
    "headers and cookies",
    {
      statusCode: "201",
      headers: { "Content-Type": "text/html", "X-N": 1 },
      cookies: ["a=1", "b=2"],
      body: "<p>",
    },
    {
      status: 201,
      headers: [
        ["content-type", "text/html"],
        ["x-n", "1"],
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
      ],
      body: "<p>",
    },
  ],
  [
    "Base64",
    { statusCode: 200, headers: { "content-type": "a/b" }, body: "YWJj", isBase64Encoded: true },
    { status: 200, headers: [["content-type", "a/b"]], body: "abc" },
  ],
  ["a body that is no text", { statusCode: 200, body: { a: 1 } }, undefined],
  ["an impossible status", { statusCode: 42 }, undefined],
])("makes a response of %s", (_what, result, expected) => {
  const response = responseFor(result);
  expect(response && { ...response, body: response.body.toString() }).toEqual(expected);
});

test.each([
  ["GET", "/pets/1", "GET /pets/{id}", { id: "1" }],
  ["GET", "/pets/1/toys/2", "ANY /pets/{rest+}", { rest: "1/toys/2" }],
  ["POST", "/pets/1", "ANY /pets/{rest+}", { rest: "1" }],
  ["GET", "/pets/list", "GET /pets/list", {}],
  ["GET", "/", "$default", {}],
])("routes %s %s to %s", (method, path, routeKey, pathParameters) => {
  const keys = ["$default", "ANY /pets/{rest+}", "GET /pets/{id}", "GET /pets/list"];
  expect(matchRoute(keys, method, path)).toEqual({ routeKey, pathParameters });
});

test("finds no route where none fits", () => {
  expect(matchRoute(["GET /a"], "POST", "/a")).toBeUndefined();
});

test.each(["FETCH /", "GET pets", "GET /{rest+}/more", "GET /a{b}", "default"])(
  "refuses the route key %s",
  (key) => {
    expect(() => parseRouteKey(key)).toThrow(`not formatted properly: ${key}`);
  },
);
