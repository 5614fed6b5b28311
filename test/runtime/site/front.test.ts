/** A site with domains of its own: which name its pages say, and who is sent where. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TemporarySite, temporarySite } from "./temporary-site.ts";

let site: TemporarySite;
beforeAll(() => {
  const front = { origin: "https://data.example.com", redirects: ["www.example.com"] };
  site = temporarySite("create table t (a); insert into t values (1)", { version: 1, front });
});
afterAll(() => site.close());

test("a page says under which name it is known, whatever host was asked", async () => {
  const page = await (
    await site.get("/data/t?_sort=a", { host: "abc.execute-api.example" })
  ).text();
  expect(page).toContain('<link rel="canonical" href="https://data.example.com/data/t?_sort=a">');
});

test("the feed has the same ids under every name", async () => {
  const feed = async (host: string) => (await site.get("/data/t.atom", { host })).text();
  expect(await feed("data.example.com")).toBe(await feed("abc.execute-api.example"));
});

test("who comes by a name that redirects keeps path, query and method", async () => {
  const answer = await site.get("/data/t.json?_size=1&x=%2F", { host: "WWW.example.com:443" });
  expect([answer.status, answer.headers.get("location")]).toEqual([
    308,
    "https://data.example.com/data/t.json?_size=1&x=%2F",
  ]);
});

test("nobody can be sent to another site", async () => {
  const odd = await site.get("//evil.example/", { host: "www.example.com" });
  expect(odd.headers.get("location")).toBe("https://data.example.com/evil.example/");
  const other = await site.get("/data/t.json", {
    host: "evil.example",
    "x-forwarded-host": "www.example.com",
  });
  expect(other.status).toBe(200);
});
