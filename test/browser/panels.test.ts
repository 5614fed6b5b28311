import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { VIEWS } from "./browser.ts";
import { outputFolder } from "./site.ts";
import { visitSite } from "./visit.ts";

const visit = visitSite();

describe("the chart", () => {
  test("is suggested, can be changed, and is in the address from the first click", async () => {
    const page = await visit.open("/northwind/monthly_sales?category=Drinks");
    await page.getByRole("button", { name: "Chart" }).click();
    await page.locator("figure.chart svg").waitFor();
    expect(await page.getByRole("combobox", { name: "Chart" }).inputValue()).toBe("line");
    expect(page.url()).toContain("#chart=line&x=month");
    await page.getByLabel("Up").selectOption("units");
    await page.getByText(/^Average of units by month/).waitFor();
    await page.getByRole("combobox", { name: /^as\b/ }).selectOption("median");
    await page.getByText(/^Median of units by month/).waitFor();
    const address = page.url();
    expect(address).toContain("y=units&aggregate=median");
    const again = await visit.open(address.slice(visit.url.length));
    await again.locator("figure.chart svg").waitFor();
    expect(await again.getByLabel("Up").inputValue()).toBe("units");
    expect(visit.problems).toEqual([]);
  });

  test.each(VIEWS)("looks right at $width px, $scheme", async (view) => {
    const page = await visit.open("/northwind/products#chart=bar&x=category_id&y=&color=", view);
    await page.locator("figure.chart svg").waitFor();
    await page.screenshot({ path: `${outputFolder}/chart-${view.width}-${view.scheme}.png` });
    expect(visit.problems).toEqual([]);
  });

  test.each(["bar", "line", "scatter", "histogram"])("draws a %s", async (type) => {
    const page = await visit.open(
      `/northwind/products#chart=${type}&x=price&y=in_stock&color=discontinued`,
    );
    await page.locator("figure.chart svg").waitFor();
    const marks = page.locator("figure.chart svg :is(rect, circle, path[d])");
    expect(await marks.count()).toBeGreaterThan(0);
    expect(visit.problems).toEqual([]);
  });

  test("is of all rows, with a legend, and shows its SQL", async () => {
    const page = await visit.open(
      "/northwind/order_lines?_size=5#chart=bar&x=product_id&color=discount",
    );
    await page.locator("figure.chart svg").waitFor();
    expect(await page.locator(".chart-status").textContent()).toMatch(/^Of all 1\d,\d{3} rows\./);
    expect(await page.locator(".chart-legend").count()).toBeGreaterThan(1);
    await page.getByRole("link", { name: "Show the SQL" }).click();
    await page.waitForURL(/-\/query\?sql=/);
    expect(await page.locator(".rows-and-columns tbody tr").count()).toBeGreaterThan(20);
    expect(visit.problems).toEqual([]);
  });

  test("that cannot be computed says why, and can be changed", async () => {
    const page = await visit.open("/northwind/products#chart=bar&x=nothing");
    await page.getByText("There is no column nothing to draw").waitFor();
    expect(await page.locator("figure.chart svg").count()).toBe(0);
  });

  test.each(["SVG", "PNG"])("is saved as %s", async (format) => {
    const page = await visit.open(
      "/northwind/monthly_sales#chart=bar&x=category&y=units&color=month",
    );
    await page.locator("figure.chart svg").waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: `Save as ${format}` }).click(),
    ]);
    const bytes = readFileSync(await download.path());
    expect(bytes.subarray(0, 8).toString("latin1")).toMatch(
      format === "SVG" ? /^<svg/ : /^\x89PNG/,
    );
    expect(bytes.length).toBeGreaterThan(2000);
    expect(visit.problems).toEqual([]);
  });
});

describe("the jump menu", () => {
  test("opens with / and goes to what was typed", async () => {
    const page = await visit.open("/northwind/orders");
    await page.keyboard.press("/");
    await page.keyboard.type("best");
    await page.getByRole("option", { name: /best_customers/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/best_customers/);
    expect(visit.problems).toEqual([]);
  });

  test.each(VIEWS)("looks right at $width px, $scheme", async (view) => {
    const page = await visit.open("/northwind", view);
    await page.getByRole("button", { name: /Jump to/ }).click();
    await page.getByRole("option").first().waitFor();
    await page.screenshot({ path: `${outputFolder}/jump-${view.width}-${view.scheme}.png` });
    expect(visit.problems).toEqual([]);
  });

  test("closes with Escape", async () => {
    const page = await visit.open("/");
    await page.getByRole("button", { name: /Jump to/ }).click();
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("Escape");
    expect(await page.locator("dialog[open]").count()).toBe(0);
  });
});
