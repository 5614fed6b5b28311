/** Makes docs/pictures/: ten pages, each as a desktop and a phone show it, light and dark. */
import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openPage, startBrowser, VIEWS } from "./browser.ts";
import setup from "./build-pages.ts";
import { serveSite } from "./site.ts";

const PAGES: Record<string, string> = {
  home: "/",
  database: "/northwind",
  table: "/northwind/orders",
  filters: "/northwind/products?_search=organic&_facet=category_id",
  chart: "/northwind/orders?_nofacet=1#chart=line&x=ordered_at&unit=month&color=shipper_id",
  map: "/northwind/customers#map",
  row: "/northwind/products/3",
  query: "/northwind/sales_of_category?category=Drinks",
  sql: "/northwind/-/query?sql=select+nme+from+products",
  dashboard: "/northwind/-/dashboards/sales",
};

const folder = fileURLToPath(new URL("../../docs/pictures/", import.meta.url));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
await setup();
const site = await serveSite(["examples/northwind.db"]);
const browser = await startBrowser();
for (const [name, path] of Object.entries(PAGES)) {
  for (const view of VIEWS) {
    const { page } = await openPage(browser, view, site.url + path);
    // Pictures are drawn a moment later.
    if (path.includes("#")) await page.waitForTimeout(1500);
    const file = `${folder}${name}-${view.width}-${view.scheme}.jpg`;
    await page.screenshot({ path: file, type: "jpeg", quality: 60 });
    await page.context().close();
  }
}
await browser.close();
await site.stop();
