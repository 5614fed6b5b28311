/** What readers and owners see of loads: when the data was refreshed, and what became of the last files. */
import { afterEach, expect, test } from "vitest";
import type { Load } from "../../../runtime/core/format/loads.ts";
import { type TemporarySite, type TemporarySiteOptions, temporarySite } from "./temporary-site.ts";

const SQL =
  "create table sales (id integer primary key, city text); insert into sales values (1, 'Bonn'), (2, 'Köln');" +
  "create table wages (euro integer)";
const REFRESHED = { at: "2026-11-20T08:30:00.400Z", source: "sales.csv" };

let site: TemporarySite;
afterEach(() => site.close());

function open(options: TemporarySiteOptions): void {
  site = temporarySite(SQL, { version: 3, refreshed: REFRESHED, ...options });
}

function load(source: string, database: string | null, table: string, more: object = {}): Load {
  const columns = [{ name: "city", type: "TEXT", empty: 1, dates: null }];
  return {
    id: source,
    source,
    status: "published",
    at: "2026-11-20T08:30:00.000Z",
    milliseconds: 1200,
    size: 1_234_567,
    database,
    version: 3,
    tables: [
      {
        table,
        format: "CSV, commas, utf-8",
        mode: "replace",
        rows: 41_200,
        columnCount: 1,
        columns,
        warnings: ["row 7 is too long"],
      },
    ],
    warnings: [],
    error: null,
    ...more,
  };
}

const error = { message: "a quote is never closed", hint: "close it", line: 17 };
const LOADS = [
  load("data/broken.csv", "data", "sales", { status: "failed", version: null, tables: [], error }),
  load("data/sales.csv", "data", "sales"),
  load("data/gone.csv", "data", "gone"),
  load("removed.csv", "removed", "removed"),
  load("a/b/c.csv", null, "x", { status: "failed", version: null, tables: [], error }),
];

async function sources(): Promise<string[]> {
  const { loads } = (await (await site.get("/-/loads.json")).json()) as { loads: Load[] };
  return loads.map(({ source }) => source);
}

const allow = (config: object) => ({ config: { config: { ...config } } });

test.each(["/", "/.json", "/data", "/data.json"])(
  "%s says when the data was refreshed",
  async (path) => {
    open({});
    const response = await site.get(path);
    expect(response.headers.get("last-modified")).toBe("Fri, 20 Nov 2026 08:30:00 GMT");
    expect(response.headers.get("cache-control")).toBe("no-cache");
    const text = await response.text();
    if (path.endsWith(".json")) {
      const body = JSON.parse(text);
      const place = path === "/.json" ? body.databases[0] : body;
      expect(place).toMatchObject({ updated_at: REFRESHED.at, source: "sales.csv" });
    } else {
      const time = `<time datetime="${REFRESHED.at}">20 Nov 2026, 08:30 UTC</time>`;
      expect(text).toContain(`Updated ${time} from sales.csv`);
    }
  },
);

test("a database page says how many rows there are, and nothing of private tables", async () => {
  open({});
  expect(await (await site.get("/data")).text()).toContain(
    " from sales.csv, 2 rows in 2 tables</p>",
  );
  site.close();
  open(allow({ databases: { data: { tables: { wages: { allow: false } } } } }));
  expect(await (await site.get("/data")).text()).toContain("UTC</time>, 2 rows</p>");
  expect(await (await site.get("/.json")).text()).not.toContain("sales.csv");
});

test("what is not known is not said: no date, no more caching rules than before", async () => {
  open({ refreshed: undefined });
  const response = await site.get("/data");
  expect(response.headers.get("last-modified")).toBeNull();
  expect(response.headers.get("cache-control")).toBeNull();
  expect(await response.text()).not.toContain("Updated");
});

test("a date in the future is no Last-Modified", async () => {
  open({ refreshed: { at: new Date(Date.now() + 60_000).toISOString(), source: null } });
  const response = await site.get("/");
  expect(response.headers.get("last-modified")).toBeNull();
  expect(response.headers.get("cache-control")).toBe("no-cache");
});

test("a condition on the date alone never hides a new version", async () => {
  open({});
  const date = "Fri, 20 Nov 2026 08:30:00 GMT";
  expect((await site.get("/data", { "if-modified-since": date })).status).toBe(200);
  const etag = (await site.get("/data")).headers.get("etag")!;
  const both = { "if-none-match": etag, "if-modified-since": "Fri, 20 Nov 2020 08:30:00 GMT" };
  expect((await site.get("/data", both)).status).toBe(304);
});

test("everybody sees loads of what they may see as a whole and what is still there", async () => {
  open({ loads: LOADS });
  expect(await sources()).toEqual(["data/sales.csv"]);
  const page = await (await site.get("/-/loads")).text();
  expect(page).toContain('<a href="/data/sales">data/sales.csv</a>');
  expect(page).toContain("41,200 rows (CSV, commas, utf-8)");
  expect(page).toContain("city TEXT (1 empty)");
  expect(page).toContain("row 7 is too long");
  expect(await (await site.get("/")).text()).toContain('<a href="/-/loads">Last loads</a>');
});

test("with view-loads also those that failed, with the reason, and what was there once", async () => {
  open({ loads: LOADS, ...allow({ permissions: { "view-loads": true } }) });
  expect(await sources()).toEqual(LOADS.map(({ source }) => source));
  const page = await (await site.get("/-/loads")).text();
  expect(page).toContain("a quote is never closed (line 17). close it");
});

test.each([
  ["the database", { databases: { data: { allow: false } } }, []],
  ["a table", { databases: { data: { tables: { sales: { allow: false } } } } }, []],
  ["another table", { databases: { data: { tables: { wages: { allow: false } } } } }, []],
])("nothing leaks when %s is denied", async (_, config, expected) => {
  open({ loads: LOADS, ...allow(config) });
  expect(await sources()).toEqual(expected);
  expect(await (await site.get("/")).text()).not.toContain("/-/loads");
});

test("with view-loads, too, nothing is told of what is denied", async () => {
  const config = { permissions: { "view-loads": true }, databases: { data: { allow: false } } };
  open({ loads: LOADS, ...allow(config) });
  expect(await sources()).toEqual(["removed.csv", "a/b/c.csv"]);
});

test("allow at the top of the configuration does not show what failed; a denied site shows nothing", async () => {
  open({ loads: LOADS, ...allow({ allow: true }) });
  expect(await sources()).toEqual(["data/sales.csv"]);
  site.close();
  open({ loads: LOADS, ...allow({ allow: false, permissions: { "view-loads": true } }) });
  expect((await site.get("/-/loads.json")).status).toBe(403);
  expect((await site.get("/-/loads")).status).toBe(403);
});
