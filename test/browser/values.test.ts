import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import Database from "better-sqlite3";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DESKTOP, openPage, startBrowser, textOf } from "./browser.ts";
import { type ServedSite, serveSite } from "./site.ts";

const HOSTILE = `"><script>document.title='hacked'</script><img src=x onerror="document.title='hacked'">`;

let folder: string;
let tiles: Server;
let asked: string[] = [];
let site: ServedSite;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "dsl-browser-"));
  const database = new Database(join(folder, "odd.db"));
  database.exec(`create table pictures (id integer primary key, picture blob, note text);
    create table places (id integer primary key, name text, latitude real, longitude real);
    insert into places values (1, 'Vienna', 48.2, 16.37), (2, 'Graz', 47.07, 15.44);
    create table ${quoted(HOSTILE)} (id integer primary key, ${quoted(HOSTILE)} text);`);
  database.prepare("insert into pictures values (1, ?, ?)").run(png(40, 30), "x".repeat(500));
  database.prepare(`insert into ${quoted(HOSTILE)} values (1, ?)`).run(HOSTILE);
  database.close();
  tiles = createServer((request, response) => {
    asked.push(request.url!);
    response.writeHead(200, { "content-type": "image/png" }).end(png(256, 256));
  });
  await new Promise<void>((resolve) => tiles.listen(0, "127.0.0.1", resolve));
  const { port } = tiles.address() as AddressInfo;
  const metadata = join(folder, "metadata.json");
  const tileUrl = `http://127.0.0.1:${port}/{z}/{x}/{y}.png`;
  writeFileSync(
    metadata,
    JSON.stringify({
      map_tile_url: tileUrl,
      map_attribution: "Tiles of this test",
      header: "Hello",
    }),
  );
  const config = join(folder, "datasette.json");
  writeFileSync(config, "{}");
  site = await serveSite([join(folder, "odd.db")], { metadata, config });
  browser = await startBrowser();
});

afterAll(async () => {
  await browser.close();
  await site.stop();
  tiles.close();
  rmSync(folder, { recursive: true });
});

async function open(path: string): Promise<{ page: Page; problems: string[] }> {
  return openPage(browser, DESKTOP, site.url + path);
}

test("a BLOB that is a picture is shown, and can be downloaded", async () => {
  const { page, problems } = await open("/odd/pictures");
  const picture = page.locator("img.blob-preview");
  await expect
    .poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth))
    .toBe(40);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator("a.blob-download").click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/\.blob$/);
  expect(problems).toEqual([]);
});

test("long text is folded until it is clicked", async () => {
  const { page } = await open("/odd/pictures");
  const long = page.locator(".long");
  const height = async () => (await long.boundingBox())!.height;
  const folded = await height();
  await long.click();
  expect(await height()).toBeGreaterThan(folded);
});

test("names and values that look like markup stay text", async () => {
  const { page, problems } = await open("/odd");
  await page.locator(".db-table a", { hasText: "script" }).click();
  expect(await textOf(page.locator("h1"))).toBe(HOSTILE);
  expect(await textOf(page.locator("td.type-str"))).toBe(HOSTILE);
  await page.locator(".column-menu-open").last().click();
  expect(await textOf(page.locator(".column-menu .about"))).toContain(HOSTILE);
  await page.getByRole("button", { name: "Chart" }).click();
  await page.locator("figure.chart svg").waitFor();
  await page.keyboard.press("/");
  await page.locator("dialog [role=option]", { hasText: "script" }).first().waitFor();
  expect(await page.title()).not.toBe("hacked");
  expect(problems).toEqual([]);
});

test("the map takes its tiles from the configured server, and says whose they are", async () => {
  asked = [];
  const { page, problems } = await open("/odd/places#map");
  await page.locator("svg.map image").first().waitFor();
  await expect.poll(() => asked.length).toBeGreaterThan(0);
  expect(asked[0]).toMatch(/^\/\d+\/\d+\/\d+\.png$/);
  expect(await textOf(page.locator(".map-attribution"))).toBe("Tiles of this test");
  expect(problems.filter((problem) => !problem.startsWith("other host: "))).toEqual([]);
});

test("the header text of the metadata is on every page", async () => {
  for (const path of ["/", "/odd", "/odd/places"]) {
    const { page } = await open(path);
    expect(await textOf(page.locator(".site-header"))).toBe("Hello");
  }
});

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A grey picture. */
function png(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const rows = Buffer.alloc((width + 1) * height, 128);
  for (let y = 0; y < height; y++) rows[y * (width + 1)] = 0;
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 0 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
