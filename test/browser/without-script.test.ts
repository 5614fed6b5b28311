import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { textOf } from "./browser.ts";
import { visitSite } from "./visit.ts";

const visit = visitSite();

function open(path: string): Promise<Page> {
  return visit.open(path, { width: 390, scheme: "light", javaScript: false });
}

test("one gets from the front page to a row", async () => {
  const page = await open("/");
  await page.locator(".database h2 a").click();
  await page.getByRole("link", { name: "products", exact: true }).click();
  await page.locator("td.type-pk a").first().click();
  expect(await textOf(page.locator("h1"))).toBe("products: 1");
  await page.getByRole("link", { name: /^\d+ rows$/ }).click();
  expect(await textOf(page.locator("h3.summary"))).toContain("where product_id = 1");
});

test("filters, sorting and paging work", async () => {
  const page = await open("/northwind/orders?_nofacet=1");
  await page.getByRole("button", { name: "Filter & sort" }).click();
  await page.getByLabel("New filter: column").selectOption("freight");
  await page.getByLabel("New filter: comparison").selectOption("gt");
  await page.getByLabel("New filter: value").fill("20");
  await page.getByLabel("Sort by").selectOption("freight");
  await page.getByLabel("descending").check();
  await page.getByRole("button", { name: "Apply" }).click();
  expect(await textOf(page.locator("h3.summary"))).toContain(
    "where freight > 20 sorted by freight descending",
  );
  await page.getByRole("link", { name: "Next page" }).click();
  expect(new URL(page.url()).searchParams.has("_next")).toBe(true);
});

test("SQL is written and run, parameters included", async () => {
  const page = await open("/northwind");
  await page.getByLabel("SQL").fill("select :n + 1 as next");
  await page.getByRole("button", { name: "Run SQL" }).click();
  await page.getByLabel(":n").fill("41");
  await page.getByRole("button", { name: "Run SQL" }).click();
  expect(await page.locator("td").allInnerTexts()).toEqual(["42"]);
});

test("long text opens when it has the focus", async () => {
  const page = await open("/northwind/-/query?sql=select+printf('%25.500c',+'x')+as+long");
  const long = page.locator(".long");
  const folded = (await long.boundingBox())!.height;
  await long.focus();
  expect((await long.boundingBox())!.height).toBeGreaterThan(folded);
});

test("buttons that need scripts are not there", async () => {
  const page = await open("/northwind/orders");
  expect(await page.getByRole("button", { name: /Jump|Chart|curl|Format/ }).count()).toBe(0);
});
