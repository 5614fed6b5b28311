/** Events, from a POST to the page: HTTP API, collector, SQS, loader, site. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

let rehearsal: Rehearsal;
let path: string;
let url: string;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  path = join(rehearsal.folder, "shop.db");
  writeItems(path, 10, "typed");
});
afterAll(() => rehearsal.end());

async function result(...args: string[]) {
  const { exitCode, events, stderr } = await rehearsal.events(...args);
  expect(exitCode, stderr).toBe(0);
  return events.at(-1)!;
}

async function post(to: string, body: string | Buffer, headers: Record<string, string> = {}) {
  const sent = typeof body === "string" ? body : new Uint8Array(body);
  const answer = await fetch(new URL(to, url), { method: "POST", body: sent, headers });
  return { status: answer.status, ...((await answer.json()) as Record<string, unknown>) };
}

/** Rows of a table, once there are as many as that. */
async function rows(page: string, count: number): Promise<Record<string, unknown>[]> {
  for (let i = 0; ; i++) {
    const answer = await fetch(new URL(`${page}.json?_shape=array&_size=max`, url));
    const found = answer.ok ? ((await answer.json()) as Record<string, unknown>[]) : [];
    if (found.length >= count || i === 600) return found;
    await sleep(100);
  }
}

test("without a token nobody could send events: on AWS that is refused, on this machine all may", async () => {
  const closed = ["update-stack", "shop", path, "--collect", "events", "--no-collect-public"];
  const { exitCode, stderr } = await rehearsal.dsl(...closed);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("Error: shop has no token, so nobody could send events");
  expect(stderr).toContain("dsl token create shop");
  const deployed = await rehearsal.update("shop", path, "--collect", "events", "--refresh", "1");
  url = String(deployed.url);
});

test("an event that is posted is a row of a table a moment later", async () => {
  expect(await post("/collect", '{"hello":"world"}')).toEqual({
    status: 202,
    ok: true,
    accepted: 1,
  });
  expect(await rows("/events/events", 1)).toMatchObject([{ hello: "world" }]);
});

test("NDJSON, gzipped, into a table of its own, with lists as tables", async () => {
  const events = [1, 2, 3].map((n) => JSON.stringify({ n, at: "2026-11-21T10:00:00Z", of: [n] }));
  const packed = gzipSync(events.join("\n"));
  const headers = { "content-encoding": "gzip", "content-type": "application/x-ndjson" };
  expect(await post("/collect/Orders", packed, headers)).toMatchObject({
    status: 202,
    accepted: 3,
  });
  expect(await post("/collect/Orders", packed, { "content-type": "text/plain" })).toMatchObject({
    status: 400,
    error: expect.stringContaining("Content-Type: application/x-ndjson"),
  });
  const orders = await rows("/events/orders", 3);
  expect(orders.map(({ n, at }) => [n, at])).toEqual(
    [1, 2, 3].map((n) => [n, "2026-11-21T10:00:00+00:00"]),
  );
  expect((await rows("/events/orders__of", 3)).map(({ value }) => value)).toEqual([1, 2, 3]);
});

test("what cannot be accepted is answered with the reason and the line, and nothing of it is queued", async () => {
  expect(await post("/collect/bad", '{"a":1}\n{"a":\n{"a":3}')).toMatchObject({
    status: 400,
    ok: false,
    line: 2,
  });
  expect(await post("/collect/bad", "[]")).toMatchObject({ status: 400 });
  expect(await post("/collect/_dlt_loads", "{}")).toMatchObject({ status: 400 });
  expect((await fetch(new URL("/events/bad.json", url))).status).toBe(404);
});

test("Datasette's insert and upsert, with 202 where Datasette has 201", async () => {
  const create = { table: "users", rows: [{ id: 1, name: "Ada" }], pk: "id" };
  expect(await post("/events/-/create", JSON.stringify(create))).toMatchObject({ status: 202 });
  await rows("/events/users", 1);
  await post("/events/users/-/insert", '{"row":{"id":2,"name":"Bob"}}');
  expect(await rows("/events/users", 2)).toMatchObject([{ id: 1 }, { id: 2 }]);
  await post("/events/users/-/upsert", '{"rows":[{"id":1,"name":"Ada L."},{"id":3}]}');
  expect(await rows("/events/users", 3)).toMatchObject([{ name: "Ada L." }, {}, { name: null }]);
  expect(await post("/events/users/-/insert", '{"rows":{}}')).toMatchObject({
    status: 400,
    errors: ['"rows" must be a list'],
  });
});

test("tokens: only their hashes are kept; who has none, or a revoked one, is refused", async () => {
  const made = await result(
    "token",
    "create",
    "shop",
    "--name",
    "web",
    "--scope",
    "collect:orders",
  );
  const { stdout } = await rehearsal.dsl("token", "list", "shop");
  expect(stdout).toMatch(/web +collect:orders/);
  expect(stdout).not.toContain(String(made.token));
  await rehearsal.update("shop", path, "--no-collect-public");
  const bearer = { authorization: `Bearer ${made.token}` };
  expect(await post("/collect/orders", '{"n":4}')).toMatchObject({ status: 401 });
  expect(await post("/collect/other", '{"n":4}', bearer)).toMatchObject({ status: 403 });
  expect(await post("/collect/orders", '{"n":4}', bearer)).toMatchObject({ status: 202 });
  expect(await rows("/events/orders", 4)).toHaveLength(4);
  await result("token", "revoke", "shop", "web");
  expect((await rehearsal.events("token", "list", "shop")).events.at(-1)).toMatchObject({
    tokens: [],
  });
});

test("events that a contract refuses lie apart until they are replayed; a file is sent once however often", async () => {
  const token = String((await result("token", "create", "shop")).token);
  await rehearsal.update("shop", path, "--collect-contract", "orders=freeze");
  const file = join(rehearsal.folder, "orders.ndjson");
  writeFileSync(file, '{"n":5}\n{"n":6,"more":true}\n');
  const send = ["collect", "send", "shop", file, "--token", token];
  expect(await result(...send)).toMatchObject({ table: "orders", events: 2 });
  expect(await result(...send)).toMatchObject({ events: 2 });
  expect((await rows("/events/orders", 5)).map(({ n }) => n)).toContain(5);
  const bearer = { authorization: `Bearer ${token}` };
  expect(await post("/collect/orders", "{}", bearer)).toMatchObject({ status: 202 });
  const failed = async () => (await result("collect", "failed", "shop")).messages;
  const refused = {
    table: "orders",
    events: 1,
    reason: "orders takes no values that it does not have (more)",
    first: '{"n":6,"more":true}',
  };
  // It was sent twice; to look at them does not take them away.
  await expect.poll(failed).toMatchObject([refused, refused]);
  expect(await failed()).toHaveLength(2);
  expect((await result("status", "shop")).events).toMatchObject({ failed: 2 });
  // Under the same contract they come back, and this ends.
  expect((await result("collect", "replay", "shop")).messages).toBe(2);
  await expect.poll(failed).toMatchObject([refused, refused]);
  await rehearsal.update("shop", path, "--collect-contract", "orders=evolve");
  expect((await result("collect", "replay", "shop")).messages).toBe(2);
  await rows("/events/orders", 7);
  const numbers = (await rows("/events/orders", 7)).map(({ n }) => n).filter((n) => n !== null);
  expect(numbers.toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
});

test("status and the list of loads say what became of them", async () => {
  expect((await result("status", "shop")).events).toMatchObject({
    database: "events",
    public: false,
    queued: 0,
    failed: 0,
    oldest_seconds: null,
    loaded: expect.any(Number),
    batches: expect.any(Number),
  });
  const answer = await fetch(new URL("/-/loads.json", url));
  expect(await answer.json()).toMatchObject({
    loads: expect.arrayContaining([expect.objectContaining({ source: "events for events" })]),
  });
});

test("the name of the events is kept for them, before and after there are any", async () => {
  const typed = await rehearsal.dsl("update-stack", "shop", "--alias", `events=${path}`);
  expect(typed.exitCode).toBe(2);
  expect(typed.stderr).toContain("cannot be published as events: the site's events go there");
  expect(typed.stderr).toContain("--alias events-2=");
});

test("each month can begin a new database: what came stays, and a view has all of it", async () => {
  await rehearsal.update(
    "shop",
    path,
    "--collect-rotate",
    "month",
    "--crossdb",
    "--collect-public",
  );
  const month = `events-${new Date().toISOString().slice(0, 7)}`;
  await expect.poll(async () => (await post("/collect/orders", '{"n":7}')).status).toBe(202);
  expect((await rows(`/${month}/orders`, 1)).map(({ n }) => n)).toContain(7);
  const numbers = (await rows("/_memory/events__orders", 8)).map(({ n }) => n);
  expect(numbers.filter((n) => n !== null)).toEqual(expect.arrayContaining([1, 2, 3, 4, 5, 6, 7]));
  expect(await post("/events/orders/-/upsert", '{"row":{"n":1}}')).toMatchObject({
    status: 400,
    error: expect.stringContaining("begins a new database each month"),
  });
  const taken = await rehearsal.dsl("update-stack", "shop", "--alias", `events-2031-01=${path}`);
  expect(taken.stderr).toContain("cannot be published as events-2031-01");
});

test("a name that is taken, and options without a collector, are refused before anything is changed", async () => {
  const { stderr } = await rehearsal.dsl("update-stack", "other", path, "--collect", "shop");
  expect(stderr).toContain("Events cannot go into shop");
  const lonely = await rehearsal.dsl("update-stack", "other", path, "--collect-window", "5");
  expect(lonely.stderr).toContain("other takes no events");
});

test("the tables of events stay when the site is updated, and when it takes no more: what waits is loaded first", async () => {
  await rehearsal.update("shop", path);
  expect(await rows("/events/events", 1)).toHaveLength(1);
  await post("/collect/last", "[1,2,3]");
  const plan = await rehearsal.dsl("update-stack", "shop", path, "--no-collect", "--dry-run");
  expect(plan.stdout).toContain(
    "Delete the collect stack shop-collect, when the events that wait are loaded",
  );
  await rehearsal.update("shop", path, "--no-collect");
  const gone = await fetch(new URL("/collect/last", url), { method: "POST", body: "4" });
  expect(gone.status).not.toBe(202);
  const month = `events-${new Date().toISOString().slice(0, 7)}`;
  expect(await rows(`/${month}/last`, 3)).toHaveLength(3);
  const { stderr } = await rehearsal.dsl("collect", "failed", "shop");
  expect(stderr).toContain("Error: shop takes no events");
});

test("with the site all of it goes, its tokens, too", async () => {
  await rehearsal.update("shop", path, "--collect", "events");
  const gone = await result("delete-stack", "shop", "--yes");
  expect(gone.deleted).toEqual(["shop-collect", "shop-service", "shop"]);
  expect(gone.tokens_deleted).toBe(1);
});
