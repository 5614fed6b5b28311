import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { seriousViolations } from "./axe.ts";
import { VIEWS } from "./browser.ts";
import { outputFolder } from "./site.ts";
import { visitSite } from "./visit.ts";

/** With few rows: they are all alike, and axe-core looks at each. */
const PAGES: Record<string, string> = {
  home: "/",
  database: "/northwind",
  table: "/northwind/orders?_size=20",
  "filtered table":
    "/northwind/orders?_size=20&freight__gt=50&status=shipped&_sort_desc=freight&_facet=employee_id&_facet_date=shipped_on",
  "table with search": "/northwind/products?_size=20&_search=organic&_facet_array=tags",
  "table without rows": "/northwind/orders?freight__gt=100000",
  "table with coordinates": "/northwind/customers?_size=20",
  view: "/northwind/monthly_sales?_size=20",
  dashboard: "/northwind/-/dashboards/sales?status=shipped",
  "chart for frames": "/northwind/orders?_embed=chart&_chart=line&_x=ordered_at",
  "table for frames": "/northwind/orders?_embed=table&_size=5",
  "map for frames": "/northwind/customers?_embed=map&_size=5",
  "page of columns": "/northwind/orders/-/columns",
  "search in all tables": "/-/search?q=espresso",
  row: "/northwind/orders/1",
  "row with links from other tables": "/northwind/products/3",
  query:
    "/northwind/-/query?sql=select+category,+sum(revenue)+as+revenue+from+monthly_sales+where+month+>+:from+group+by+1&from=2023",
  "query with an error": "/northwind/-/query?sql=select+nme+from+products",
  "configured query": "/northwind/sales_of_category?category=Drinks",
  "list of queries": "/northwind/-/queries",
  "schema of the database": "/northwind/-/schema",
  "schema of a table": "/northwind/orders/-/schema",
  introspection: "/-/settings",
  "not found": "/northwind/nothing",
};

const visit = visitSite();

describe.each(VIEWS)("at $width px, $scheme", (view) => {
  test.each(Object.entries(PAGES))("%s looks right to tools", async (name, path) => {
    const page = await visit.open(path, view);
    const file = `${name.replaceAll(" ", "-")}-${view.width}-${view.scheme}.png`;
    await page.screenshot({ path: join(outputFolder, file), fullPage: true });
    expect(await seriousViolations(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    const isExpected = (problem: string) =>
      /status of 40[04]/.test(problem) && /error|found/.test(name);
    expect(visit.problems.filter((problem) => !isExpected(problem))).toEqual([]);
    await page.context().close();
  });
});

/** How far the page itself, not a table in it, can be scrolled sideways (pixels). */
function overflow(page: Page): Promise<number> {
  return page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}
