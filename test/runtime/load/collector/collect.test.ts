import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newTokenText, tokenHash } from "../../../../runtime/core/access/tokens.ts";
import {
  type CollectRequest,
  type CollectSettings,
  collect,
} from "../../../../runtime/load/collector/collect.ts";
import { COLLECT_PREFIX, type Token } from "../../../../runtime/load/collector/tokens.ts";
import { parseContracts } from "../../../../runtime/load/events/contract.ts";
import { parseMessage } from "../../../../runtime/load/events/event-message.ts";

const OPEN: CollectSettings = {
  collection: { database: "events", rotation: "never" },
  isPublic: true,
  cors: false,
  contracts: parseContracts([]),
};

/** Sends one request; what was queued, and the answer. */
async function send(
  request: Partial<Omit<CollectRequest, "body">> & { body?: string | Buffer },
  settings: Partial<CollectSettings> = {},
  world: { tokens?: Token[]; tables?: string[]; isAway?: boolean } = {},
) {
  const queued: string[] = [];
  const whole = { method: "POST", path: "/collect", headers: {}, ...request };
  const answer = await collect(
    { ...whole, body: Buffer.from((request.body ?? "") as string) },
    { ...OPEN, ...settings },
    {
      tokens: async () => world.tokens ?? [],
      tables: async () => new Set(world.tables),
      send: async (messages) => {
        if (world.isAway) throw new Error("SQS is away");
        queued.push(...messages);
      },
      failed: () => {},
    },
  );
  const body = (answer.body === "" ? {} : JSON.parse(answer.body)) as Record<string, unknown>;
  return { ...answer, body, messages: queued.map(parseMessage), queued };
}

const post = (path: string, body: string) => send({ path, body });

describe("An object, an array or NDJSON", () => {
  test.each([
    ['{"a":1}', ['{"a":1}']],
    ['{\n  "a": 1,\n  "b": "x"\n}\n', ['{   "a": 1,   "b": "x" }']],
    ['[{"a":1}, {"b":[1,\n2]}]', ['{"a":1}', '{"b":[1, 2]}']],
    ['{"a":1}\n\n{"a":2}\r\n', ['{"a":1}', '{"a":2}']],
    ['{"a":12345678901234567890,"b":5.0}', ['{"a":12345678901234567890,"b":5.0}']],
    ["7", ["7"]],
    ["1\n2", ["1", "2"]],
    ['\ufeff{"a":"ü"}', ['{"a":"ü"}']],
  ])("%j", async (body, events) => {
    const { status, messages } = await send({ body });
    expect(status).toBe(202);
    expect(messages.flatMap((message) => message.events)).toEqual(events);
    expect(messages[0]).toMatchObject({ table: "events", write: "append", key: null });
  });

  test("gzipped", async () => {
    const body = gzipSync('{"a":1}');
    expect((await send({ body })).messages[0]?.events).toEqual(['{"a":1}']);
  });

  test("what was sent is what is queued, whatever the JSON", async () => {
    const property = fc.asyncProperty(
      fc.array(fc.jsonValue({ maxDepth: 5 }), { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      fc.constantFrom(undefined, 2),
      async (events, isArray, indentation) => {
        const lines = events.map((event) => JSON.stringify(event));
        const isOneArray = !isArray && lines.length === 1 && lines[0]?.startsWith("[");
        fc.pre(!isOneArray && (isArray || !lines.some((line) => line.startsWith("["))));
        const body = isArray ? JSON.stringify(events, null, indentation) : lines.join("\n");
        const { status, messages } = await send({ body });
        expect(status).toBe(202);
        const texts = messages.flatMap((message) => message.events);
        expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual(
          JSON.parse(`[${lines.join()}]`),
        );
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });

  test("large ones are split into messages that the queue takes, and keep their places", async () => {
    const event = JSON.stringify({ text: "x".repeat(999) });
    const { messages, queued, body } = await send({ body: Array(5000).fill(event).join("\n") });
    expect(body).toEqual({ ok: true, accepted: 5000 });
    expect(queued.length).toBeGreaterThan(4);
    expect(queued.every((message) => Buffer.byteLength(message) <= 1024 * 1024)).toBe(true);
    expect(messages.flatMap(({ positions }) => positions)).toEqual([...Array(5000).keys()]);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(1);
  });
});

describe("What is refused, with its line; nothing of it is queued", () => {
  test.each([
    ["", 400, null],
    ["[]", 400, null],
    ["nonsense", 400, 1],
    ['{"a":1', 400, 1],
    ['{"a":1}\n{"a":}\n{"a":3}', 400, 2],
    ['[{"a":1},\n{"a":}]', 400, 2],
    [`{"a":1}\n${"[".repeat(101)}${"]".repeat(101)}`, 400, 2],
    [`1\n"${"x".repeat(1024 * 1024)}"`, 413, 2],
    ["x".repeat(10_000_001), 413, null],
  ])("%#", async (body, status, line) => {
    const answer = await send({ body });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ ok: false, status, ...(line === null ? {} : { line }) });
    expect(answer.queued).toEqual([]);
  });

  test("bodies that are packed: a bomb, half of one, something else", async () => {
    expect((await send({ body: gzipSync(Buffer.alloc(11_000_000)) })).status).toBe(413);
    expect((await send({ body: gzipSync("{}").subarray(0, 12) })).status).toBe(400);
    expect((await send({ body: "{}", headers: { "content-encoding": "br" } })).status).toBe(415);
    expect((await send({ body: Buffer.from([0x22, 0xff, 0x22]) })).status).toBe(400);
  });

  test("no message has an excerpt of somebody's data", async () => {
    const { body } = await send({ body: '{"secret":1}\n{"secret": hunter2}' });
    expect(JSON.stringify(body)).not.toContain("hunter2");
  });

  test.each(["/collect/_dlt_loads", "/collect/sqlite_x", "/collect/%20"])("%s", async (path) => {
    expect((await send({ path: decodeURIComponent(path), body: "{}" })).status).toBe(400);
  });

  test("a table that a contract lets nobody add", async () => {
    const settings = { contracts: parseContracts(["*.tables=freeze"]) };
    const request = { path: "/collect/Orders", body: "{}" };
    expect((await send(request, settings)).status).toBe(404);
    expect((await send(request, settings, { tables: ["orders"] })).status).toBe(202);
  });

  test("when the queue is away that is 503, not 202", async () => {
    const { status, headers } = await send({ body: "{}" }, {}, { isAway: true });
    expect(status).toBe(503);
    expect(headers["retry-after"]).toBe("5");
  });
});

test("the same Idempotency-Key gives the same ids, for the same sender and table only", async () => {
  const request = { body: "{}", headers: { "idempotency-key": "k1" } };
  const id = async (path: string) => (await send({ ...request, path })).messages[0]?.id;
  expect(await id("/collect/a")).toBe(await id("/collect/a"));
  expect(await id("/collect/a")).not.toBe(await id("/collect/b"));
  expect((await send({ body: "{}" })).messages[0]?.id).not.toBe(await id("/collect"));
});

describe("Tokens", () => {
  const text = newTokenText(COLLECT_PREFIX);
  const token: Token = {
    name: "t",
    hash: tokenHash(text),
    table: null,
    created: "",
    expires: null,
  };
  const CLOSED = { isPublic: false };
  const bearer = { authorization: `Bearer ${text}` };
  const orders = { path: "/collect/orders", body: "{}", headers: bearer };

  test("who has one is let in; who has none, another, or an old one is not", async () => {
    const past = { ...token, expires: "2026-01-01T00:00:00Z" };
    expect((await send(orders, CLOSED, { tokens: [token] })).status).toBe(202);
    expect((await send({ ...orders, headers: {} }, CLOSED, { tokens: [token] })).status).toBe(401);
    expect((await send(orders, CLOSED, { tokens: [past] })).status).toBe(401);
    const other = {
      ...orders,
      headers: { authorization: `Bearer ${newTokenText(COLLECT_PREFIX)}` },
    };
    const answer = await send(other, CLOSED, { tokens: [token] });
    expect(answer).toMatchObject({ status: 401, headers: { "www-authenticate": "Bearer" } });
  });

  test("one that was made just now is known: those of a while ago are not all", async () => {
    const settings = { ...OPEN, ...CLOSED };
    const ports = {
      tokens: async (milliseconds = 60_000) => (milliseconds < 60_000 ? [token] : []),
      tables: async () => new Set<string>(),
      send: async () => {},
      failed: () => {},
    };
    const ask = (headers: CollectRequest["headers"]) =>
      collect(
        { method: "POST", path: "/collect", headers, body: Buffer.from("{}") },
        settings,
        ports,
      );
    expect((await ask(bearer)).status).toBe(202);
    expect((await ask({})).status).toBe(401);
    expect((await ask({ authorization: "Bearer other" })).status).toBe(401);
  });

  test("one for a table is for that table, however its name is written and wherever it stands", async () => {
    const tokens = [{ ...token, table: "orders" }];
    const status = async (path: string, body = "{}") =>
      (await send({ path, body, headers: bearer }, CLOSED, { tokens })).status;
    expect(await status("/collect/Orders")).toBe(202);
    expect(await status("/collect/ORDERS ")).toBe(202);
    expect(await status("/collect/orders__items")).toBe(403);
    expect(await status("/collect")).toBe(403);
    expect(await status("/events/orders/-/insert", '{"row":{"a":1}}')).toBe(202);
    expect(await status("/events/users/-/insert", '{"row":{"a":1}}')).toBe(403);
    expect(await status("/events/-/create", '{"table":"orders","row":{"a":1}}')).toBe(202);
    expect(await status("/events/-/create", '{"table":"users","row":{"a":1}}')).toBe(403);
  });
});

describe("Datasette's writes", () => {
  test("rows become messages with how they are to be written", async () => {
    const { status, messages } = await post(
      "/events/users/-/insert",
      '{"rows":[{"id":1},{"id":2.0}],"replace":true}',
    );
    expect(status).toBe(202);
    expect(messages[0]).toMatchObject({
      table: "users",
      write: "replace",
      events: ['{"id":1}', '{"id":2.0}'],
    });
    const created = await post("/events/-/create", '{"table":"t","row":{"id":1},"pk":"id"}');
    expect(created.messages[0]).toMatchObject({ table: "t", write: "insert", key: ["id"] });
  });

  test.each([
    ["insert", "[]", "JSON must be a dictionary"],
    ["insert", "{}", 'JSON must have one or other of "row" or "rows"'],
    ["insert", '{"row":{},"rows":[]}', 'Cannot use "row" and "rows" at the same time'],
    ["insert", '{"row":1}', '"row" must be a dictionary'],
    ["insert", '{"rows":{}}', '"rows" must be a list'],
    ["insert", '{"rows":[1]}', '"rows" must be a list of dictionaries'],
    ["insert", '{"rows":[{}],"x":1,"b":2}', 'Invalid parameter: "b", "x"'],
    [
      "insert",
      '{"rows":[{}],"ignore":true,"replace":true}',
      'Cannot use "ignore" and "replace" at the same time',
    ],
    ["upsert", '{"rows":[{}],"ignore":true}', "Upsert does not support ignore or replace"],
    [
      "insert",
      JSON.stringify({ rows: Array(101).fill({}) }),
      "Too many rows, maximum allowed is 100",
    ],
    ["insert", '{"rows":[{"a":1}],"rows":[{"b":1},{"c":1}]}', '"rows" is there twice'],
  ])("-/%s of %s: %s", async (call, body, error) => {
    const answer = await post(`/events/t/-/${call}`, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ ok: false, error, errors: [error] });
  });

  test.each(["rows", "x"])("more objects than a request may have, below %s", async (key) => {
    const answer = await post(
      "/events/t/-/insert",
      `{"${key}":[${"{},".repeat(100_000)}{}],"rows":[{}]}`,
    );
    expect(answer.status).toBe(413);
  });

  test("only in the database of events", async () => {
    expect((await post("/shop/t/-/insert", '{"row":{}}')).status).toBe(404);
    expect((await post("/shop/-/create", '{"table":"t","row":{}}')).status).toBe(404);
  });
});

test("pages of other sites may send events where CORS is on, and read what became of them", async () => {
  const asked = await send({ method: "OPTIONS" }, { cors: true });
  expect(asked).toMatchObject({
    status: 204,
    headers: {
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "POST, OPTIONS",
    },
  });
  const refused = await send({ body: "x" }, { cors: true });
  expect(refused.headers["access-control-allow-origin"]).toBe("*");
  expect((await send({ method: "OPTIONS" })).headers).toEqual({ allow: "POST, OPTIONS" });
  const page = { body: "{}", headers: { origin: "https://other.example", host: "site.example" } };
  expect((await send(page)).status).toBe(403);
  expect((await send(page, { cors: true })).status).toBe(202);
  const own = { body: "{}", headers: { origin: "https://site.example", host: "site.example" } };
  expect((await send(own)).status).toBe(202);
  expect((await send({ body: "{}", headers: { ...own.headers, origin: "null" } })).status).toBe(
    403,
  );
  // What navigator.sendBeacon sends.
  const beacon = { body: '{"page":"/"}', headers: { "content-type": "text/plain;charset=UTF-8" } };
  expect((await send(beacon)).status).toBe(202);
});
