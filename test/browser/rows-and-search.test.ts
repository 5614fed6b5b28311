import { mkdirSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seriousViolations } from "./axe.ts";
import { DESKTOP, openPage, startBrowser, VIEWS } from "./browser.ts";
import { outputFolder, type ServedSite, serveSite } from "./site.ts";

let site: ServedSite;
let browser: Browser;
let problems: string[] = [];

beforeAll(async () => {
  mkdirSync(outputFolder, { recursive: true });
  site = await serveSite(["examples/northwind.db"]);
  browser = await startBrowser();
});

afterAll(async () => {
  await browser.close();
  await site.stop();
});

async function open(path: string, view = DESKTOP): Promise<Page> {
  const watched = await openPage(browser, view, site.url + path);
  problems = watched.problems;
  return watched.page;
}

test.each(VIEWS)("the search in all tables and a row at $width px, $scheme", async (view) => {
  const page = await open("/-/search?q=espresso", view);
  expect(await page.locator("mark.match").count()).toBeGreaterThan(0);
  expect(await seriousViolations(page)).toEqual([]);
  await page.screenshot({ path: `${outputFolder}/search-${view.width}-${view.scheme}.png` });
  await page.locator(".found li a").first().click();
  await page.locator(".row-heading p").waitFor();
  await page.locator(".related table").first().waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await page.screenshot({
    path: `${outputFolder}/related-${view.width}-${view.scheme}.png`,
    fullPage: true,
  });
  expect(problems).toEqual([]);
});

test("n and p go through the rows", async () => {
  const page = await open("/northwind/products/3");
  await page.keyboard.press("n");
  await page.waitForURL(/products\/4$/);
  await page.locator(".row-steps").waitFor();
  await page.keyboard.press("p");
  await page.waitForURL(/products\/3$/);
});

test("words of a search are marked in the rows", async () => {
  const page = await open("/northwind/products?_search=espresso");
  const marked = await page.evaluate(() => CSS.highlights.get("search")?.size);
  expect(marked).toBeGreaterThan(0);
  expect(problems).toEqual([]);
});
