/** Earlier versions, as people meet them: marked, kept while they go on, and compared. */
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sendAnswer, siteRequest } from "../../runtime/site/pipeline/node-listener.ts";
import { type VersionedSite, versionedSite } from "../runtime/site/history/versioned-site.ts";
import { seriousViolations } from "./axe.ts";
import { DESKTOP, openPage, startBrowser, textOf, VIEWS } from "./browser.ts";
import { outputFolder } from "./site.ts";

let site: VersionedSite;
let server: Server;
let browser: Browser;
let url: string;

beforeAll(async () => {
  mkdirSync(outputFolder, { recursive: true });
  site = await versionedSite();
  const rows = Array.from(
    { length: 12 },
    (_, i) => `(${i + 1}, 'Person ${i + 1}', ${1 + (i % 2)})`,
  );
  site.publish({
    data: `create table teams (id integer primary key, name text);
      create table people (id integer primary key, name text, team integer references teams(id));
      insert into teams values (1, 'red'), (2, 'blue'); insert into people values ${rows}`,
  });
  site.publish({
    data: `update people set name = 'A much longer name of somebody, with <b>&amp; in it' where id = 2;
      delete from people where id = 3; insert into people values (13, 'New', 1)`,
  });
  site.publish({ data: "delete from people where id > 5" });
  server = createServer(async (request, response) => {
    await sendAnswer(await site.app(siteRequest(request)), response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await startBrowser();
});

afterAll(async () => {
  await browser.close();
  server.close();
  server.closeAllConnections();
  await site.close();
});

const PAGES = {
  "past-table": "/data/people?_at=1",
  "past-home": "/?_at=2",
  versions: "/-/versions",
  changes: "/data/people/-/changes?from=1&to=2",
  "past-gone": "/data/people?_at=99",
};

test.each(VIEWS)("its pages are for everybody at $width px, $scheme", async (view) => {
  for (const [name, path] of Object.entries(PAGES)) {
    const { page, problems } = await openPage(browser, view, url + path);
    await page.screenshot({
      path: join(outputFolder, `${name}-${view.width}-${view.scheme}.png`),
      fullPage: true,
    });
    expect([name, await seriousViolations(page)]).toEqual([name, []]);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect([name, width]).toEqual([name, view.width]);
    // The browser itself says of a 404 that it is one.
    expect(problems.filter((problem) => !problem.includes("404"))).toEqual([]);
    await page.context().close();
  }
});

test("whoever goes on from an earlier version stays in it, until they ask for the current data", async () => {
  const { page, problems } = await openPage(browser, DESKTOP, `${url}/data/people?_at=1`);
  const mark = page.getByRole("note");
  expect(await textOf(mark)).toContain("This is version 1 of the data, published 2026-01-01");
  const isInTime = async () => {
    await page.waitForLoadState();
    return [new URL(page.url()).searchParams.get("_at"), (await textOf(mark)).slice(0, 17)];
  };
  const inTime = ["1", "This is version 1"];
  await page.getByRole("link", { name: "name", exact: true }).first().click();
  await page.waitForURL(/_sort/);
  expect(await isInTime()).toEqual(inTime);
  await page.locator("table a[href*='/people/3']").first().click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  expect(await isInTime()).toEqual(inTime);
  expect(await page.getByText("Person 3").count()).toBeGreaterThan(0);
  await page.getByRole("link", { name: "red" }).first().click();
  await page.waitForURL(/teams\/1/);
  expect(await isInTime()).toEqual(inTime);
  await page.getByRole("link", { name: "The current data" }).click();
  await page.waitForURL(`${url}/data/teams/1`);
  expect(await mark.count()).toBe(0);
  expect(problems).toEqual([]);
});

test("from the list of versions to what changed, and to how it was", async () => {
  const { page, problems } = await openPage(browser, DESKTOP, `${url}/-/versions`);
  await page.getByRole("link", { name: "people" }).first().click();
  await page.waitForURL(/\/data\/people\/-\/changes/);
  await page.goto(`${url}/data/people/-/changes?from=1&to=2`);
  expect(await page.locator("main").textContent()).toContain("1 row added, 1 removed, 1 changed");
  expect(await page.locator("ins").first().textContent()).toContain("<b>&amp; in it");
  await page.getByRole("link", { name: "version 1" }).first().click();
  await page.waitForURL(`${url}/data/people?_at=1`);
  expect(problems).toEqual([]);
});
