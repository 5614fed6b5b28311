/** A site with files, style sheets, scripts, colours and texts of its owner. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPage, startBrowser, VIEWS } from "./browser.ts";
import { outputFolder, type ServedSite, serveSite } from "./site.ts";

const folder = mkdtempSync(join(tmpdir(), "dsl-look-"));
let site: ServedSite;
let browser: Browser;

beforeAll(async () => {
  write("public/look.css", ":root { --accent: light-dark(rgb(1, 2, 3), rgb(201, 202, 203)) }");
  write("public/classic.js", "document.documentElement.dataset.classic = 'ran';");
  write("public/module.js", "export const x = 1; document.documentElement.dataset.module = 'ran';");
  write("public/logo.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  write(
    "config.json",
    JSON.stringify({
      extra_css_urls: ["/own/look.css"],
      extra_js_urls: ["/own/classic.js", { url: "/own/module.js", module: true }],
    }),
  );
  write(
    "metadata.json",
    JSON.stringify({
      title: "Our shop",
      accent_color: "#ffd166",
      logo_url: "/own/logo.svg",
      header_html: '<img src="/own/logo.svg" alt="Our logo"> <b>Since 1996</b>',
      footer: "Orders <by> post",
    }),
  );
  mkdirSync(outputFolder, { recursive: true });
  site = await serveSite(["examples/northwind.db"], {
    config: join(folder, "config.json"),
    metadata: join(folder, "metadata.json"),
    mount: `own:${join(folder, "public")}`,
  });
  browser = await startBrowser();
});

afterAll(async () => {
  await browser.close();
  await site.stop();
  rmSync(folder, { recursive: true });
});

function write(file: string, content: string): void {
  mkdirSync(join(folder, "public"), { recursive: true });
  writeFileSync(join(folder, file), content);
}

test.each(VIEWS)("a site has its owner's look at $width px, $scheme", async (view) => {
  const { page, problems } = await openPage(browser, view, `${site.url}/northwind/orders?_size=5`);
  const accent = view.scheme === "light" ? "rgb(1, 2, 3)" : "rgb(201, 202, 203)";
  expect(await linkColor(page)).toBe(accent);
  expect(await page.locator("html").getAttribute("data-classic")).toBe("ran");
  expect(await page.locator("html").getAttribute("data-module")).toBe("ran");
  expect(await page.locator(".site-header").textContent()).toContain("Since 1996");
  const logo = page.getByAltText("Our logo");
  expect(await logo.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(9);
  expect(await page.getByRole("link", { name: "Our shop" }).getAttribute("href")).toBe("/");
  expect(await page.locator(".site-footer").textContent()).toBe("Orders <by> post");
  expect(problems).toEqual([]);
  const file = `own-look-${view.width}-${view.scheme}.png`;
  await page.screenshot({ path: join(outputFolder, file) });
  await page.context().close();
});

function linkColor(page: Page): Promise<string> {
  const link = page.locator("td.type-pk a").first();
  return link.evaluate((element) => getComputedStyle(element).color);
}
