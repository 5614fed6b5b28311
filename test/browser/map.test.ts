/** The map, by mouse, finger and key. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Page } from "playwright-core";
import { afterAll, describe, expect, test } from "vitest";
import { seriousViolations } from "./axe.ts";
import { VIEWS } from "./browser.ts";
import { outputFolder } from "./site.ts";
import { visitSite } from "./visit.ts";

const folder = mkdtempSync(join(tmpdir(), "dsl-map-"));
afterAll(() => rmSync(folder, { recursive: true }));
const shapes = makeShapes(join(folder, "shapes.db"));
const visit = visitSite(["examples/northwind.db", shapes]);

/** A table with a point, a line and an area, and one that is no GeoJSON. */
function makeShapes(file: string): string {
  const geometries = [
    { type: "Point", coordinates: [13.4, 52.5] },
    {
      type: "LineString",
      coordinates: [
        [8, 48],
        [9, 49],
      ],
    },
    {
      type: "Polygon",
      coordinates: [
        [
          [10, 50],
          [12, 50],
          [12, 52],
          [10, 50],
        ],
      ],
    },
  ];
  const database = new Database(file);
  database.exec("create table areas (id integer primary key, name text, shape text)");
  const insert = database.prepare("insert into areas (name, shape) values (?, ?)");
  for (const geometry of geometries) insert.run(geometry.type, JSON.stringify(geometry));
  insert.run("nowhere", null);
  database.close();
  return file;
}

describe("the map", () => {
  test.each(VIEWS)("shows all rows at $width px, $scheme", async (view) => {
    const page = await visit.open("/northwind/customers?_size=5#map&row=3", view);
    await page.getByText(/^\d+ of 90 rows have a position\.$/).waitFor();
    expect(await page.locator("svg.map .map-marker").count()).toBeGreaterThan(4);
    expect(await page.locator("svg.map .cluster").count()).toBeGreaterThan(2);
    await page.locator(".map-card dl").first().waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.screenshot({ path: `${outputFolder}/map-${view.width}-${view.scheme}.png` });
    expect(visit.problems).toEqual([]);
  });

  test("leads from a point to its row by keys, and is in the address", async () => {
    const page = await visit.open("/northwind/customers?country=Germany");
    await page.getByRole("button", { name: "Map" }).click();
    await page.locator("svg.map").focus();
    await page.keyboard.press("ArrowRight");
    expect(page.url()).toMatch(/#map=[\d.]+\/[\d.]+\/[\d.]+$/);
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowRight");
    // A cluster is gone into until its points are apart.
    for (let at = 0; at < 8 && (await page.locator(".map-card a").count()) === 0; at++) {
      await page.locator(".map-marker").first().focus();
      await page.keyboard.press("Enter");
      await page
        .locator(".map-card a")
        .first()
        .waitFor({ timeout: 700 })
        .catch(() => {});
    }
    const link = page.locator(".map-card a").first();
    const name = await link.textContent();
    const address = page.url();
    expect(address).toMatch(/&row=\d+/);
    const again = await visit.open(address.slice(visit.url.length));
    await again.locator(".map-card a", { hasText: name! }).waitFor();
    await again.locator(".map-card a").first().press("Enter");
    await again.waitForURL(/\/customers\/\w+$/);
    expect(visit.problems).toEqual([]);
  });

  test("is not offered where there are no coordinates", async () => {
    const page = await visit.open("/northwind/shippers");
    expect(await page.getByRole("button", { name: "Map" }).count()).toBe(0);
  });

  test("moves with one finger and zooms with two", async () => {
    const page = await visit.open("/northwind/customers#map=5/50/10");
    await page.locator("svg.map .map-marker").first().waitFor();
    await page.locator("svg.map").scrollIntoViewIfNeeded();
    const box = (await page.locator("svg.map").boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const touch = await fingersOf(page);
    await touch("touchStart", [x, y]);
    await touch("touchMove", [x - 40, y]);
    await touch("touchMove", [x - 120, y]);
    await touch("touchEnd");
    // The address follows a moment later.
    await expect.poll(() => viewIn(page).longitude).toBeGreaterThan(12);
    const moved = viewIn(page);
    expect(moved.zoom).toBeCloseTo(5, 1);

    await touch("touchStart", [x - 40, y], [x + 40, y]);
    await touch("touchMove", [x - 60, y], [x + 60, y]);
    await touch("touchMove", [x - 80, y], [x + 80, y]);
    await touch("touchEnd");
    // Twice as far apart is one step closer, and what was between the fingers stays there.
    await expect.poll(() => viewIn(page).zoom).toBeCloseTo(6, 1);
    expect(viewIn(page).longitude).toBeCloseTo(moved.longitude, 1);
    expect(await page.locator(".map-card").count()).toBe(0);
    expect(visit.problems).toEqual([]);
  });

  test("draws GeoJSON, and a shape leads to its row", async () => {
    const page = await visit.open("/shapes/areas#map");
    await page.getByText("3 of 4 rows have a position.").waitFor();
    const drawn = page.locator("svg.map .map-shapes path");
    expect([await drawn.count(), await page.locator(".map-marker").count()]).toEqual([2, 1]);
    expect(await page.locator("svg.map .map-shapes path.line").count()).toBe(1);
    await drawn.nth(1).click();
    await page.locator(".map-card", { hasText: "Polygon" }).waitFor();
    await page.keyboard.press("Escape");
    await drawn.nth(1).focus();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    await page.locator(".map-card a", { hasText: "LineString" }).press("Enter");
    await page.waitForURL(/\/shapes\/areas\/2$/);
    expect(visit.problems).toEqual([]);
  });
});

interface MapView {
  zoom: number;
  latitude: number;
  longitude: number;
}

function viewIn(page: Page): MapView {
  const [zoom = 0, latitude = 0, longitude = 0] =
    /#map=([-\d./]+)/.exec(page.url())?.[1]?.split("/").map(Number) ?? [];
  return { zoom, latitude, longitude };
}

/** Touches as a phone reports them. */
async function fingersOf(page: Page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setTouchEmulationEnabled", { enabled: true, maxTouchPoints: 2 });
  return async (
    type: "touchStart" | "touchMove" | "touchEnd",
    ...places: (readonly [number, number])[]
  ) => {
    const touchPoints = places.map(([x, y], id) => ({ x, y, id }));
    await session.send("Input.dispatchTouchEvent", { type, touchPoints });
  };
}
