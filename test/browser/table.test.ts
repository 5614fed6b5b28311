import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { textOf } from "./browser.ts";
import { outputFolder } from "./site.ts";
import { visitSite } from "./visit.ts";

const visit = visitSite();

async function column(page: Page, name: string): Promise<string[]> {
  return page.locator(`td.col-${name}`).allInnerTexts();
}

function openFilters(page: Page): Promise<void> {
  return page.getByRole("button", { name: "Filter & sort" }).click();
}

test("a click on a header sorts by it, another one the other way round", async () => {
  const page = await visit.open("/northwind/products?_nofacet=1");
  await page.getByRole("link", { name: "price", exact: true }).click();
  const ascending = (await column(page, "price")).map(Number);
  expect(ascending).toEqual([...ascending].sort((a, b) => a - b));
  await page
    .getByRole("link", { name: /^price/ })
    .first()
    .click();
  const descending = (await column(page, "price")).map(Number);
  expect(descending).toEqual([...descending].sort((a, b) => b - a));
  expect(await textOf(page.locator("h3.summary"))).toContain("sorted by price descending");
  expect(visit.problems).toEqual([]);
});

test("the filter form grows, and sends only what is filled in", async () => {
  const page = await visit.open("/northwind/products");
  const rows = page.locator("form.filters .filter-controls-row");
  expect(await rows.count()).toBe(1);
  await openFilters(page);
  await rows.nth(0).locator("select").first().selectOption("price");
  expect(await rows.count()).toBe(2);
  await rows.nth(0).locator("select").nth(1).selectOption("gt");
  await rows.nth(0).locator("input").fill("30");
  await rows.nth(1).locator("select").first().selectOption("discontinued");
  await rows.nth(1).locator("input").fill("0");
  await page.getByRole("button", { name: "Apply" }).click();
  expect(await textOf(page.locator("h3.summary"))).toMatch(/rows where .*price > 30/);
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
    discontinued__exact: "0",
    price__gt: "30",
    _sort: "id",
  });
  expect(visit.problems).toEqual([]);
});

test("is null and its like take no value", async () => {
  const page = await visit.open("/northwind/orders?_nofacet=1");
  const row = page.locator("form.filters .filter-controls-row").first();
  await openFilters(page);
  await row.locator("select").first().selectOption("shipped_on");
  await row.locator("select").nth(1).selectOption("isnull__1");
  expect(await row.locator("input").isVisible()).toBe(false);
  await page.getByRole("button", { name: "Apply" }).click();
  expect(await textOf(page.locator("h3.summary"))).toContain("where shipped_on is null");
});

test("the search box finds rows with the words", async () => {
  const page = await visit.open("/northwind/products");
  await page.getByRole("searchbox").fill("espresso");
  await page.getByRole("searchbox").press("Enter");
  await page.waitForURL(/_search=espresso/);
  const names = await column(page, "name");
  expect(names.length).toBeGreaterThan(0);
  expect(await textOf(page.locator("h3.summary"))).toContain('search matches "espresso"');
});

test("a facet value filters, and its cross takes the filter away", async () => {
  const page = await visit.open("/northwind/orders");
  const facet = page.locator("#facet-status");
  const first = facet.locator("li").first();
  const count = await textOf(first.locator(".facet-count"));
  await first.locator("a").click();
  expect(await textOf(page.locator(".row-count"))).toBe(`${count} rows`);
  await page.locator("#facet-status li a.cross").click();
  expect(new URL(page.url()).searchParams.has("status")).toBe(false);
  expect(visit.problems).toEqual([]);
});

test("the column menu facets, hides and sorts, with mouse and keyboard", async () => {
  const page = await visit.open("/northwind/customers");
  const menu = (name: string) => page.locator(`th[data-column=${name}] .column-menu-open`);
  await menu("country").click();
  await page.getByRole("link", { name: "Facet by this" }).click();
  expect(await page.locator("#facet-country").isVisible()).toBe(true);
  await menu("city").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Sort descending");
  await page.keyboard.press("Escape");
  expect(await page.locator(".column-menu").count()).toBe(0);
  await menu("email").click();
  expect(await textOf(page.locator(".column-menu .about"))).toBe("email: type TEXT");
  await page.getByRole("link", { name: "Hide this column" }).click();
  expect(await page.locator("th[data-column=email]").count()).toBe(0);
  await menu("city").click();
  await page.getByRole("link", { name: "Show all columns" }).click();
  expect(await page.locator("th[data-column=email]").count()).toBe(1);
  expect(visit.problems).toEqual([]);
});

test("JSON in a cell is laid out on demand", async () => {
  const page = await visit.open("/northwind/products?tags__contains=organic&_size=5");
  const toggle = page.locator(".json-toggle").first();
  await toggle.waitFor();
  expect(
    await page
      .locator("td.json")
      .first()
      .evaluate((cell) => getComputedStyle(cell).whiteSpace),
  ).toBe("nowrap");
  await toggle.click();
  const laidOut = page.locator(".json-pop pre");
  expect(await laidOut.textContent()).toContain('\n  "');
  await page.keyboard.press("Escape");
  expect(await laidOut.isVisible()).toBe(false);
});

test("n goes to the next page of rows and p back again", async () => {
  const page = await visit.open("/northwind/orders?_nofacet=1&_sort=id&_size=10");
  await page.keyboard.press("n");
  await page.waitForURL(/_next=/);
  expect((await column(page, "id"))[0]).toBe("11");
  await page.keyboard.press("p");
  await page.waitForURL((url) => !url.searchParams.has("_next"));
  expect((await column(page, "id"))[0]).toBe("1");
});

test("a capped count is completed in place", async () => {
  const page = await visit.open("/northwind/order_lines?_nofacet=1");
  expect(await textOf(page.locator(".row-count"))).toBe(">10,000 rows");
  await page.getByRole("link", { name: "count all" }).click();
  await page.locator(".count-sql").waitFor({ state: "detached" });
  expect(await textOf(page.locator(".row-count"))).toMatch(/^1\d,\d{3} rows$/);
  expect(visit.problems).toEqual([]);
});

test("the export box copies a curl command that works", async () => {
  const page = await visit.open("/northwind/shippers");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await page.getByRole("button", { name: "Copy as curl" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  const url = /^curl '(http[^']+)'$/.exec(command)?.[1];
  const answer = (await (await fetch(url!)).json()) as { rows: unknown[] };
  expect(answer.rows.length).toBeGreaterThan(0);
});

test("the header of a long table stays in sight", async () => {
  const page = await visit.open("/northwind/orders?_nofacet=1");
  await page.locator(".table-wrapper").evaluate((wrapper) => wrapper.scrollTo(0, 1500));
  const [wrapper, header] = await Promise.all([
    page.locator(".table-wrapper").boundingBox(),
    page.locator("thead").boundingBox(),
  ]);
  expect(Math.abs(wrapper!.y - header!.y)).toBeLessThan(3);
});

test("a cell's value becomes a filter, by mouse and by keys, and its chip takes it away", async () => {
  const page = await visit.open("/northwind/orders?_size=20");
  await page.locator("td.col-shipper_id").nth(1).hover();
  await page.locator(".cell-filter").click();
  await page.getByRole("link", { name: "Filter to this" }).click();
  await page.waitForURL(/shipper_id=\d/);
  const ids = await page.locator("td.col-shipper_id em").allTextContents();
  expect(new Set(ids)).toEqual(new Set([new URL(page.url()).searchParams.get("shipper_id")]));
  await page.screenshot({ path: `${outputFolder}/chips.png` });
  await page.getByRole("link", { name: /^Remove the filter shipper_id = [A-Z]/ }).click();
  await page.waitForURL((url) => !url.searchParams.has("shipper_id"));
  await page.locator(".column-menu-open").first().waitFor();
  await page.locator(".table-wrapper").focus();
  await page.keyboard.press("Enter");
  for (let at = 0; at < 5; at++) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.screenshot({ path: `${outputFolder}/cell-menu.png` });
  await page.getByRole("link", { name: "This and more" }).press("Enter");
  await page.waitForURL(/freight__gte=/);
  expect(visit.problems).toEqual([]);
});

test("values are offered while a filter is typed", async () => {
  const page = await visit.open("/northwind/orders?_size=20");
  await openFilters(page);
  const row = page.locator("form.filters .filter-controls-row").first();
  await row.locator("select").first().selectOption("employee_id");
  await row.locator("input.filter-value").focus();
  await page.locator("#filter-values option").first().waitFor({ state: "attached" });
  expect(await page.locator("#filter-values option").count()).toBe(13);
  expect(await textOf(page.locator("#filter-values option").first())).toMatch(/^\S+ .* rows\)$/);
  expect(visit.problems).toEqual([]);
});

test("pages say which rows they have, and lead back", async () => {
  const page = await visit.open("/northwind/orders?_size=20&_sort=freight");
  expect(await textOf(page.locator(".position"))).toBe("Rows 1–20 of 8,000");
  await page.getByRole("link", { name: "Next page" }).click();
  await page.getByRole("link", { name: "Next page" }).click();
  await page.getByText("Rows 41–60 of 8,000").waitFor();
  await page.keyboard.press("p");
  await page.getByText("Rows 21–40 of 8,000").waitFor();
  await page.goto(`${visit.url}/northwind/orders?freight__gt=100000&status=open`);
  await page.getByRole("link", { name: "Clear filters" }).click();
  await page.getByText("Rows 1–100 of 8,000").waitFor();
  expect(visit.problems).toEqual([]);
});
