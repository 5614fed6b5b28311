import fc from "fast-check";
import { Hono } from "hono";
import { expect, onTestFinished, test } from "vitest";
import * as light from "../../../../runtime/lambdas/site/light-fetch.ts";

const names = fc.constantFrom("Accept", "accept", "Vary", "X-A", "Set-Cookie");
const values = fc.string({ unit: fc.constantFrom("a", "b", "=", ";", "1"), minLength: 1 });
const steps = fc.array(fc.tuple(fc.constantFrom("set", "append", "delete"), names, values));

test("light headers are what Node's are after any changes", () => {
  fc.assert(
    fc.property(steps, (changes) => {
      const [ours, theirs] = [new light.Headers(), new Headers()];
      for (const [change, name, value] of changes) {
        for (const headers of [ours, theirs]) {
          if (change === "set") headers.set(name, value);
          else if (change === "append") headers.append(name, value);
          else headers.delete(name);
        }
      }
      expect([...ours]).toEqual([...theirs]);
      expect(ours.getSetCookie()).toEqual(theirs.getSetCookie());
      for (const name of ["accept", "vary", "SET-COOKIE", "x-none"]) {
        expect(ours.get(name)).toBe(theirs.get(name));
        expect(ours.has(name)).toBe(theirs.has(name));
      }
    }),
  );
});

test.each([
  ["text", "señor"],
  ["bytes", new Uint8Array([1, 2, 255])],
  ["a buffer", new Uint8Array([1, 2, 255]).buffer],
  ["nothing", null],
])("a light response of %s reads as Node's does", async (_, body) => {
  const response = () => new light.Response(body, { status: 201, headers: { a: "b" } });
  const original = new Response(body, { status: 201, headers: { a: "b" } });
  expect([...response().headers]).toEqual([...original.headers]);
  expect(response().ok).toBe(original.ok);
  expect(await response().text()).toBe(await original.clone().text());
  expect(Buffer.from(await response().arrayBuffer())).toEqual(
    Buffer.from(await original.arrayBuffer()),
  );
});

test("a light response reads a stream", async () => {
  const stream = streamOf([new Uint8Array([65]), new Uint8Array([66])]);
  expect(await new light.Response(stream).text()).toBe("AB");
});

test("a light JSON response has the type of JSON", async () => {
  const response = light.Response.json({ a: 1 });
  expect(response.headers.get("content-type")).toBe(
    Response.json({ a: 1 }).headers.get("content-type"),
  );
  expect(await response.json()).toEqual({ a: 1 });
});

test("Hono works on light responses: headers set before and after, redirects, HEAD, errors", async () => {
  const nodes = { Headers: globalThis.Headers, Response: globalThis.Response };
  onTestFinished(() => void Object.assign(globalThis, nodes));
  light.installLightFetch();
  const app = new Hono();
  app.use(async (c, next) => {
    c.header("x-before", "1");
    await next();
    c.header("x-after", "2");
  });
  app.get("/text", (c) => c.text("hello", 200, { "x-own": "3" }));
  app.get("/away", (c) => c.redirect("/text"));
  app.get("/broken", () => {
    throw new Error("broken");
  });
  app.onError((error, c) => c.json({ error: error.message }, 500));
  const send = async (path: string, method = "GET") => {
    const request = { url: `http://host${path}`, method, headers: new Headers(), body: null };
    return app.fetch(request as unknown as Request);
  };
  const text = await send("/text");
  expect(await text.text()).toBe("hello");
  expect(Object.fromEntries(text.headers)).toEqual({
    "content-type": "text/plain; charset=UTF-8",
    "x-after": "2",
    "x-before": "1",
    "x-own": "3",
  });
  const away = await send("/away");
  expect([away.status, away.headers.get("location")]).toEqual([302, "/text"]);
  const head = await send("/text", "HEAD");
  expect([head.status, head.body, head.headers.get("x-after")]).toEqual([200, null, "2"]);
  const broken = await send("/broken");
  expect([broken.status, await broken.json()]).toEqual([500, { error: "broken" }]);
  expect((await send("/missing")).status).toBe(404);
});

function streamOf(chunks: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}
