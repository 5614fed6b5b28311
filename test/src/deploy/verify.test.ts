import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { askForCurrent, siteUrl, verifySite } from "../../../src/deploy/verify.ts";

type Answer = [status: number, body: unknown];

let server: Server;
let asked: string[];
let answers: Answer[];

beforeEach(async () => {
  // For answers that come in the end, however busy the machine is.
  vi.stubEnv("DSL_VERIFY_SECONDS", "60");
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    // The last answer is given again and again.
    const [status, body] = answers.length > 1 ? answers.shift()! : answers[0]!;
    response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** For answers that never become right. */
const soonGiveUp = () => vi.stubEnv("DSL_VERIFY_SECONDS", "0.1");

function verify(version: number, baseUrl = "/") {
  const { port } = server.address() as AddressInfo;
  return verifySite(siteUrl(`http://127.0.0.1:${port}/`, baseUrl), version, 10);
}

test("a site that serves the version is right", async () => {
  answers = [[200, { ok: true, version: 3, start: "cold", storage: "s3" }]];
  expect(await verify(3)).toMatchObject({ verdict: "serves", version: 3, start: "cold" });
  expect(asked).toEqual(["/-/status.json?at_least=3&verify=1"]);
});

test("the base_url setting is part of the path", async () => {
  answers = [[200, { ok: true, version: 3, start: "warm" }]];
  await verify(3, "/data/");
  expect(asked).toEqual(["/data/-/status.json?at_least=3&verify=1"]);
});

test("a new API that answers with errors first is asked again", async () => {
  answers = [
    [404, { message: "Not Found" }],
    [500, { message: "Internal Server Error" }],
    [200, { ok: true, version: 1, start: "warm" }],
    [200, { ok: true, version: 2, start: "warm" }],
  ];
  expect(await verify(2)).toMatchObject({ verdict: "serves", version: 2 });
});

test("a site whose databases cannot be read is not live, and its own words are told", async () => {
  soonGiveUp();
  answers = [[500, { ok: false, error: "A database of this version cannot be read" }]];
  expect(await verify(2)).toMatchObject({
    verdict: "wrong",
    problem: 'answers with 500 ("A database of this version cannot be read")',
  });
});

test("a site that is still opening its databases is waited for", async () => {
  answers = [
    [200, { ok: true, version: 2, start: "cold", verified: false }],
    [200, { ok: true, version: 2, start: "warm", verified: true }],
  ];
  expect(await verify(2)).toMatchObject({ verdict: "serves", version: 2 });
  expect(asked).toHaveLength(2);
});

test("a newer version, which somebody else published since, is fine", async () => {
  answers = [[200, { ok: true, version: 5, start: "warm" }]];
  expect(await verify(4)).toMatchObject({ verdict: "serves", version: 5 });
});

test.each<[string, Answer]>([
  ["answers with 500", [500, { message: "Internal Server Error" }]],
  ["still serves version 1", [200, { ok: true, version: 1, start: "warm" }]],
  ["answers with something else", [200, "<h1>It works!</h1>"]],
])("a site that %s for too long is wrong", async (problem, answer) => {
  soonGiveUp();
  answers = [answer];
  expect(await verify(2)).toMatchObject({ problem });
});

const MINUTE = 60_000;
test.each([
  ["a version of a moment ago is waited for", 0, "serves", 2],
  ["a version of an hour ago should be there", 60 * MINUTE, "behind", 1],
])("%s", async (_, age, verdict, times) => {
  answers = [
    [200, { ok: true, version: 1, start: "warm" }],
    [200, { ok: true, version: 2, start: "warm" }],
  ];
  const { port } = server.address() as AddressInfo;
  const current = { version: 2, publishedAt: new Date(Date.now() - age).toISOString() };
  const url = `http://127.0.0.1:${port}/`;
  expect(await askForCurrent(url, current, 10, null)).toMatchObject({ verdict });
  expect(asked).toHaveLength(times);
});

test("a host that cannot be reached is not the site's fault", async () => {
  soonGiveUp();
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, "127.0.0.1", resolve));
  const { port } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  expect(await verifySite(`http://127.0.0.1:${port}/`, 1, 10)).toMatchObject({
    verdict: "unreachable",
    problem: expect.stringContaining("ECONNREFUSED"),
  });
});
