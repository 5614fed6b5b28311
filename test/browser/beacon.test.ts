/** Pages that send events: what a browser lets through, of the site itself and of another. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBrowser } from "./browser.ts";
import { type ServedSite, serveSite } from "./site.ts";

let browser: Browser;
/** Takes events from its own pages, and from those of all sites. */
let own: ServedSite;
let open: ServedSite;
let page: Page;
const folder = mkdtempSync(join(tmpdir(), "dsl-test-"));

beforeAll(async () => {
  const serve = (...flags: string[]) => {
    const database = join(mkdtempSync(join(folder, "site-")), "events.db");
    return serveSite(["examples/northwind.db"], { flags: ["--collect", database, ...flags] });
  };
  [browser, own, open] = await Promise.all([startBrowser(), serve(), serve("--cors")]);
  page = await browser.newPage();
  await page.goto(`${own.url}/-/versions.json`);
});
afterAll(async () => {
  await Promise.all([browser.close(), own.stop(), open.stop()]);
  rmSync(folder, { recursive: true });
});

/** `navigator.sendBeacon` of the page, a text or a Blob of a type; whether the browser took it. */
function beacon(url: string, event: string, type: string | null): Promise<boolean> {
  return page.evaluate(
    ([to, text, kind]) =>
      navigator.sendBeacon(to, kind === null ? text : new Blob([text], { type: kind })),
    [url, event, type] as const,
  );
}

/** Names of the events that a site has, in the order of the alphabet. */
async function names(site: ServedSite): Promise<unknown[]> {
  const answer = await fetch(`${site.url}/events/events.json?_shape=array`);
  if (!answer.ok) return [];
  return ((await answer.json()) as { name: unknown }[]).map(({ name }) => name).sort();
}

test("sendBeacon takes a text, and JSON, to the page's own site", async () => {
  expect(await beacon("/collect", '{"name":"text"}', null)).toBe(true);
  expect(await beacon("/collect", '{"name":"json"}', "application/json")).toBe(true);
  await expect.poll(() => names(own)).toEqual(["json", "text"]);
});

test("and to another site, where --cors says that pages of others may", async () => {
  await beacon(`${open.url}/collect`, '{"name":"text"}', null);
  await beacon(`${open.url}/collect`, '{"name":"json"}', "application/json");
  await expect.poll(() => names(open)).toEqual(["json", "text"]);
  const status = await page.evaluate(async (to) => {
    const headers = { authorization: "Bearer x", "content-type": "application/json" };
    const answer = await fetch(to, { method: "POST", body: '{"name":"fetch"}', headers });
    return [answer.status, await answer.json()];
  }, `${open.url}/collect`);
  expect(status).toEqual([202, { ok: true, accepted: 1 }]);
});

test("a page of another site is refused without --cors, however it sends", async () => {
  await page.goto(`${open.url}/-/versions.json`);
  await beacon(`${own.url}/collect`, '{"name":"foreign text"}', null);
  await beacon(`${own.url}/collect`, '{"name":"foreign json"}', "application/json");
  const outcome = await page.evaluate(
    (to) => fetch(to, { method: "POST", body: '{"name":"foreign fetch"}' }).catch(() => "refused"),
    `${own.url}/collect`,
  );
  expect(outcome).toBe("refused");
  expect(await names(own)).toEqual(["json", "text"]);
});
