import { expect, test } from "vitest";
import { type Cors, preflight, withCors } from "../../../../src/local-aws/http-api/cors.ts";

const CORS: Cors = {
  allowOrigins: ["https://a.example"],
  allowMethods: ["GET"],
  allowHeaders: ["x-one"],
  exposeHeaders: ["link"],
  allowCredentials: false,
  maxAge: 60,
};
const request = (method: string, origin?: string, requestedMethod?: string) => ({
  method,
  origin,
  requestedMethod,
});

test("a preflight request is answered by the API, for those who may read only", () => {
  const allowed = preflight(CORS, request("OPTIONS", "https://a.example", "GET"));
  expect(Object.fromEntries(allowed!.headers)).toEqual({
    "access-control-allow-origin": "https://a.example",
    vary: "Origin",
    "access-control-allow-methods": "GET",
    "access-control-allow-headers": "x-one",
    "access-control-max-age": "60",
  });
  expect(preflight(CORS, request("OPTIONS", "https://b.example", "GET"))?.headers).toEqual([]);
  expect(preflight(CORS, request("OPTIONS", "https://a.example"))).toBeNull();
});

test("the API's header fields take the place of the integration's", () => {
  const answer = {
    status: 200,
    headers: [
      ["access-control-allow-origin", "*"],
      ["content-type", "text/plain"],
    ] as [string, string][],
    body: Buffer.alloc(0),
  };
  expect(withCors(CORS, request("GET", "https://b.example"), answer).headers).toEqual([
    ["content-type", "text/plain"],
  ]);
  const all = { ...CORS, allowOrigins: ["*"] };
  expect(withCors(all, request("GET", "https://b.example"), answer).headers).toEqual([
    ["content-type", "text/plain"],
    ["access-control-allow-origin", "*"],
    ["access-control-expose-headers", "link"],
  ]);
});
