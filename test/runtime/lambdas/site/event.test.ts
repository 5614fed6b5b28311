import { expect, test } from "vitest";
import { checkEvent, type HttpEvent, requestOf } from "../../../../runtime/lambdas/site/event.ts";

const event: HttpEvent = {
  version: "2.0",
  rawPath: "/shop/orders.json",
  rawQueryString: "_size=3&name=a%20b",
  headers: { host: "abc.execute-api.eu-west-1.amazonaws.com", "x-forwarded-proto": "https" },
  cookies: ["a=1", "b=2"],
  requestContext: { requestId: "r1", http: { method: "GET" } },
};

test("the request has the URL, method, headers and cookies of the event", () => {
  const request = requestOf(event);
  expect(request.method).toBe("GET");
  expect(request.url).toBe(
    "https://abc.execute-api.eu-west-1.amazonaws.com/shop/orders.json?_size=3&name=a%20b",
  );
  expect(request.headers.get("Cookie")).toBe("a=1; b=2");
});

test.each([
  ["/shop/a~20b", "/shop/a~20b"],
  ["/shop/a b", "/shop/a%20b"],
  ["/shop/señor", "/shop/se%C3%B1or"],
  ["/shop/what?", "/shop/what%3F"],
  ["/shop/100%", "/shop/100%25"],
  ["/shop/a%2Fb", "/shop/a%2Fb"],
  ["/shop/\ud800", "/shop/%EF%BF%BD"],
])("the path %s, which API Gateway has decoded, becomes %s", (rawPath, path) => {
  expect(new URL(requestOf({ ...event, rawPath }).url).pathname).toBe(path);
});

test("an event of another kind is refused", () => {
  expect(() => checkEvent({ key1: "value1" })).toThrow('{"key1":"value1"}');
  expect(() => checkEvent(undefined)).toThrow("payload format 2.0");
});
