import { expect, test } from "vitest";
import { seriousViolations } from "./axe.ts";
import { DESKTOP, textOf, VIEWS } from "./browser.ts";
import { outputFolder } from "./site.ts";
import { visitSite } from "./visit.ts";

const visit = visitSite();

test.each(VIEWS)("the columns say what is in them at $width px, $scheme", async (view) => {
  const page = await visit.open("/northwind/orders?_size=20", view);
  await page.getByRole("button", { name: "Columns", exact: true }).click();
  await page.locator(".pop .column-summary").first().waitFor();
  expect(await page.locator(".pop .column-summary").count()).toBe(8);
  expect(await seriousViolations(page)).toEqual([]);
  await page.screenshot({ path: `${outputFolder}/columns-${view.width}-${view.scheme}.png` });
  expect(visit.problems).toEqual([]);
});

test("a range of dates is chosen by dragging over the bars", async () => {
  const page = await visit.open("/northwind/orders?status=shipped&_size=20");
  await page.locator("th[data-column=ordered_at] .column-menu-open").click();
  const histogram = page.locator(".column-menu .histogram");
  await histogram.waitFor();
  await page.screenshot({ path: `${outputFolder}/column-menu.png` });
  const box = (await histogram.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.3, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + 25, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/ordered_at__lt=/);
  const { searchParams } = new URL(page.url());
  expect(searchParams.get("status")).toBe("shipped");
  const [from, to] = [searchParams.get("ordered_at__gte")!, searchParams.get("ordered_at__lt")!];
  expect(from < to).toBe(true);
  for (const day of await page.locator("td.col-ordered_at").allInnerTexts()) {
    expect(day >= from && day < to).toBe(true);
  }
  expect(visit.problems).toEqual([]);
});

test("a click filters by a common value, and fields do so for ranges, by keys and without a script", async () => {
  const page = await visit.open("/northwind/products/-/columns", { ...DESKTOP, javaScript: false });
  const price = page.locator('.column-summary[data-column="price"]');
  await price.getByLabel("price from").fill("10");
  await price.getByLabel("price to").fill("20");
  await price.getByLabel("price to").press("Enter");
  await page.waitForURL(/products\?price__gte=10&price__lte=20/);
  await page.goto(`${visit.url}/northwind/orders/-/columns`);
  const value = page.locator('.column-summary[data-column="status"] .common-values li').first();
  const count = await textOf(value.locator(".facet-count"));
  await value.locator("a").click();
  await page.waitForURL(/orders\?status=/);
  expect(await textOf(page.locator(".row-count"))).toBe(`${count} rows`);
});
