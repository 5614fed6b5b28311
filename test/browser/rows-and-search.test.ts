import { expect, test } from "vitest";
import { seriousViolations } from "./axe.ts";
import { VIEWS } from "./browser.ts";
import { outputFolder } from "./site.ts";
import { visitSite } from "./visit.ts";

const visit = visitSite();

test.each(VIEWS)("the search in all tables and a row at $width px, $scheme", async (view) => {
  const page = await visit.open("/-/search?q=espresso", view);
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
  expect(visit.problems).toEqual([]);
});

test("n and p go through the rows", async () => {
  const page = await visit.open("/northwind/products/3");
  await page.keyboard.press("n");
  await page.waitForURL(/products\/4$/);
  await page.locator(".row-steps").waitFor();
  await page.keyboard.press("p");
  await page.waitForURL(/products\/3$/);
});

test("words of a search are marked in the rows", async () => {
  const page = await visit.open("/northwind/products?_search=espresso");
  expect(await page.locator("td mark.match").count()).toBeGreaterThan(0);
  expect(visit.problems).toEqual([]);
});
