import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { textOf } from "./browser.ts";
import { visitSite } from "./visit.ts";

const visit = visitSite();

async function openEditor(path: string): Promise<Page> {
  const page = await visit.open(path);
  await page.locator(".cm-content").waitFor();
  return page;
}

async function write(page: Page, sql: string): Promise<void> {
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await page.keyboard.type(sql);
}

const query = (sql: string) => `/northwind/-/query?sql=${encodeURIComponent(sql)}`;

test("Ctrl-Enter runs the SQL; the address is a permalink", async () => {
  const page = await openEditor("/northwind");
  await write(page, "select 6 * 7 as answer");
  await page.keyboard.press("Control+Enter");
  await page.waitForURL(/-\/query\?/);
  expect(await page.locator("td").allInnerTexts()).toEqual(["42"]);
  expect(new URL(page.url()).searchParams.get("sql")).toBe("select 6 * 7 as answer");
  expect(await textOf(page.locator(".duration"))).toMatch(/^in [\d.]+ ms$/);
  expect(visit.problems).toEqual([]);
});

test("typing, also over a selection, completes and closes brackets, and violates no policy", async () => {
  const page = await openEditor("/northwind/-/query?sql=select+1");
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("select * from prod");
  await page.locator(".cm-tooltip-autocomplete").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("(");
  await page.keyboard.type("x");
  expect(await page.locator("#sql-editor").inputValue()).toBe("(x)");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  expect(visit.problems).toEqual([]);
});

test("parameters get a field while the SQL is written", async () => {
  const page = await openEditor("/northwind");
  await write(page, "select name from categories where name = :wanted -- :not_this");
  await page.getByLabel(":wanted").fill("Drinks");
  expect(await page.locator(".parameters input").count()).toBe(1);
  await page.getByRole("button", { name: "Run SQL" }).click();
  await page.waitForURL(/wanted=Drinks/);
  expect(await page.locator("td").allInnerTexts()).toEqual(["Drinks"]);
  expect(await page.getByLabel(":wanted").inputValue()).toBe("Drinks");
});

test("tables and columns of the database are completed", async () => {
  const page = await openEditor("/northwind");
  await page.waitForLoadState("networkidle");
  await write(page, "select * from order_li");
  await page.keyboard.press("Control+Space");
  await page.locator(".cm-tooltip-autocomplete").waitFor();
  expect(await textOf(page.locator(".cm-tooltip-autocomplete li").first())).toContain(
    "order_lines",
  );
});

test("an error is shown, and marked at its place", async () => {
  const page = await openEditor(query("select name,\n  pric from products"));
  expect(await textOf(page.locator(".message-error"))).toContain("no such column: pric");
  expect(await textOf(page.locator(".cm-lintRange-error"))).toBe("pric");
});

test("the plan is shown on demand", async () => {
  const page = await openEditor(query("select * from orders where customer_id = 'x'"));
  await page.getByRole("link", { name: "Plan" }).click();
  expect(await textOf(page.locator(".plan"))).toContain("orders_by_customer");
  expect(visit.problems).toEqual([]);
});

test("SQL is formatted on demand", async () => {
  const page = await openEditor(query("select id,name from products where id=1"));
  await page.getByRole("button", { name: "Format" }).click();
  await expect
    .poll(() => page.locator("textarea#sql-editor").inputValue())
    .toBe("select\n  id,\n  name\nfrom\n  products\nwhere\n  id = 1");
});

test("what was run is in the history of this browser, until it is forgotten", async () => {
  const page = await openEditor(query("select 6 * 7 as answer"));
  const again = page.getByRole("button", { name: "History" });
  await page.goto(`${visit.url}/northwind`);
  await again.click();
  await page.getByRole("link", { name: "select 6 * 7 as answer" }).click();
  await page.waitForURL(/sql=select/);
  await page.goto(`${visit.url}${query("select nothing from nowhere")}`);
  await again.click();
  expect(await page.locator(".past-queries a").allTextContents()).toEqual([
    "select 6 * 7 as answer",
  ]);
  await page.getByRole("button", { name: "Forget all" }).click();
  expect(await again.count()).toBe(0);
  await page.goto(`${visit.url}/northwind`);
  await page.locator(".cm-content").waitFor();
  expect(await again.count()).toBe(0);
});

test("SQL is copied as YAML that the configuration takes", async () => {
  const sql = `select ': "#' as odd,\n  'x' as even\nfrom orders`;
  const page = await openEditor(query(sql));
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy as YAML" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  const yaml = parse(await page.evaluate(() => navigator.clipboard.readText()));
  expect(yaml).toEqual({ queries: { my_query: { title: "My query", sql } } });
  expect(visit.problems).toEqual([]);
});
