import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../../runtime/core/config/config-error.ts";
import {
  buildSiteConfig,
  type SiteConfigSource,
} from "../../../../runtime/core/config/site-config.ts";

function build(source: Partial<SiteConfigSource>) {
  return buildSiteConfig({
    config: {},
    metadata: {},
    settings: {},
    flags: { cors: false, crossdb: false, defaultDeny: false },
    ...source,
  });
}

function mistake(source: Partial<SiteConfigSource>): ConfigError {
  try {
    build(source);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("there was no mistake");
}

describe("Looks", () => {
  test("a colour is brought into one form, a path into the site", () => {
    const metadata = { accent_color: "#A1C", logo_url: "/own/logo.svg" };
    expect(build({ metadata, settings: { base_url: "/shop/" } }).look).toEqual({
      accentColor: "#aa11cc",
      logoUrl: "/shop/own/logo.svg",
    });
  });

  test.each([
    [{ metadata: { accent_color: "red; } body { display: none" } }, "metadata: accent_color"],
    [{ metadata: { logo_url: "javascript:alert(1)" } }, "metadata: logo_url"],
    [{ metadata: { logo_url: "//elsewhere.example/logo.svg" } }, "metadata: logo_url"],
    [{ config: { databases: { shop: { table_order: "size" } } } }, "databases.shop.table_order"],
  ])("a mistake is told with its path: %j", (source, path) => {
    expect(mistake(source).path).toContain(path);
  });
});

describe("Dashboards", () => {
  const dashboard = (part: object, parameters = {}) => ({
    config: {
      databases: {
        shop: {
          queries: { best: "select 1" },
          dashboards: { sales: { parameters, parts: [part] } },
        },
      },
    },
  });
  const at = "databases.shop.dashboards.sales";

  test.each([
    [{ kind: "pie", table: "t" }, `${at}.parts[0].kind`, "expected one of text, number"],
    [{ kind: "bar", x: "a" }, `${at}.parts[0].table`, "expected a table or a query"],
    [{ kind: "bar", table: "t" }, `${at}.parts[0].x`, "missing"],
    [{ kind: "scatter", x: "a", table: "t" }, `${at}.parts[0].y`, "missing"],
    [{ kind: "number", query: "bst" }, `${at}.parts[0].query`, 'there is no query "bst"'],
    [{ kind: "number", table: "t", aggregate: "sum" }, `${at}.parts[0].column`, "missing"],
    [{ kind: "table", table: "t", width: 7 }, `${at}.parts[0].width`, "1 to 6"],
    [
      { kind: "table", table: "t", filters: { _where: "1" } },
      "filters._where",
      "expected a column",
    ],
    [{ kind: "table", table: "t", filters: { a: ":year" } }, "filters.a", 'no parameter "year"'],
    [{ kind: "text", text: "x", size: 3 }, `${at}.parts[0].size`, "unknown key"],
    [{ kind: "text" }, `${at}.parts[0].text`, "missing"],
  ])("a mistake in a part is told with its path: %j", (part, path, problem) => {
    const found = mistake(dashboard(part));
    expect(found.path).toContain(path);
    expect(found.message).toContain(problem);
  });

  test("parameters have a default that may be chosen", () => {
    const parameters = { year: { options: [2025, 2026], default: 2024 } };
    expect(mistake(dashboard({ kind: "text", text: "x" }, parameters)).message).toContain(
      `${at}.parameters.year.default: "2024" is not one of the options`,
    );
  });

  test("charts of tables and queries are checked alike", () => {
    const tables = { t: { charts: [{ kind: "line", x: "day", unit: "decade" }] } };
    expect(mistake({ config: { databases: { shop: { tables } } } }).path).toContain(
      "databases.shop.tables.t.charts[0].unit",
    );
  });
});

describe("Settings", () => {
  test("those of the command line win over those of the file", () => {
    const { settings } = build({
      config: { settings: { default_page_size: 7, allow_facet: false } },
      settings: { default_page_size: "9" },
    });
    expect([settings.default_page_size, settings.allow_facet, settings.max_returned_rows]).toEqual([
      9,
      false,
      1000,
    ]);
  });

  test("an unknown one is refused with the nearest match", () => {
    expect(mistake({ settings: { defualt_page_size: "1" } })).toMatchObject({
      message: "setting defualt_page_size: unknown setting",
      hint: 'Did you mean "default_page_size"?',
    });
  });

  test.each([
    [{ settings: { sql_time_limit_ms: "soon" } }, 'expected a whole number, got "soon"'],
    [{ settings: { sql_time_limit_ms: "-1" } }, 'expected a whole number, got "-1"'],
    [{ settings: { allow_facet: "maybe" } }, 'expected true or false, got "maybe"'],
    [{ config: { settings: { allow_facet: "true" } } }, 'expected true or false, got "true"'],
    [{ config: { settings: { base_url: 1 } } }, "expected a string, got 1"],
    [{ settings: { hash_urls: "1" } }, "this setting was removed from Datasette"],
  ])("a wrong value is refused: %j", (source, problem) => {
    expect(mistake(source).message).toContain(problem);
  });

  test("base_url gets its slashes", () => {
    for (const given of ["prefix", "/prefix", "prefix/", "/prefix/"]) {
      expect(build({ settings: { base_url: given } }).settings.base_url).toBe("/prefix/");
    }
    expect(build({ settings: { base_url: "/" } }).settings.base_url).toBe("/");
  });

  test("those without effect are taken, and that is said", () => {
    expect(build({ settings: { num_sql_threads: "4" } }).notes).toEqual([
      "setting num_sql_threads has no effect: SQLite runs in one thread here",
    ]);
  });
});

describe("Mistakes are reported with their path", () => {
  const table = (value: unknown) => ({ config: { databases: { d: { tables: { t: value } } } } });

  test.each([
    [{ config: [] }, "config: expected an object, got []"],
    [{ config: { databses: {} } }, "config: databses: unknown key"],
    [{ config: { databases: { d: 1 } } }, "config: databases.d: expected an object, got 1"],
    [
      table({ size: "ten" }),
      'config: databases.d.tables.t.size: expected a whole number or "max", got "ten"',
    ],
    [table({ sort: 1 }), "config: databases.d.tables.t.sort: expected a string, got 1"],
    [
      table({ sort: "a", sort_desc: "b" }),
      "config: databases.d.tables.t.sort_desc: a table is sorted by sort or sort_desc, not both",
    ],
    [
      table({ facets: [{ dates: "x" }] }),
      "config: databases.d.tables.t.facets[0]: expected a column",
    ],
    [table({ sortable_columns: "a" }), "expected a list of strings"],
    [table({ labelcolumn: "a" }), "config: databases.d.tables.t.labelcolumn: unknown key"],
    [
      table({ allow: "yes" }),
      "config: databases.d.tables.t.allow: expected true, false or an object",
    ],
    [
      { config: { databases: { d: { queries: { q: {} } } } } },
      "config: databases.d.queries.q.sql: missing",
    ],
    [{ metadata: { title: ["x"] } }, 'metadata: title: expected a string, got ["x"]'],
    [
      { metadata: { databases: { d: { descripton: "x" } } } },
      "metadata: databases.d.descripton: unknown key",
    ],
    [{ config: { extra_css_urls: [1] } }, "config: extra_css_urls[0]: expected an object, got 1"],
  ])("%j", (source, message) => {
    expect(mistake(source as Partial<SiteConfigSource>).message).toContain(message);
  });
});

describe("The older form", () => {
  test("refuses a query, a table, a database: what is refused there stays refused", () => {
    const refused = { allow: false };
    const shop = {
      queries: { q: { sql: "select 1", ...refused }, open: "select 2" },
      tables: { t: { ...refused, sort: "a" } },
    };
    const { databases } = build({ metadata: { databases: { shop, all: refused } } });
    const { queries, tables } = databases.get("shop")!;
    expect(queries.get("q")).toMatchObject({ sql: "select 1", allow: false });
    expect(queries.get("open")).toMatchObject({ sql: "select 2" });
    expect(tables.get("t")).toMatchObject({ allow: false });
    expect(databases.get("all")!.allow).toBe(false);
  });

  test("does not undo what the current form refuses", () => {
    const config = {
      allow: false,
      databases: { d: { queries: { q: { sql: "a", allow: false } } } },
    };
    const metadata = {
      allow: true,
      databases: { d: { queries: { q: { sql: "b", allow: true }, r: { sql: "c" } } } },
    };
    const { databases, allow } = build({ config, metadata });
    expect(allow).toBe(false);
    expect(databases.get("d")!.queries.get("q")).toMatchObject({ sql: "a", allow: false });
    expect(databases.get("d")!.queries.get("r")).toMatchObject({ sql: "c" });
  });

  test("has configuration among the metadata", () => {
    const { databases, metadata, extraCssUrls } = build({
      metadata: {
        title: "Site",
        extra_css_urls: ["/static/x.css"],
        databases: {
          d: {
            title: "Data",
            allow: false,
            queries: { q: "select 1" },
            tables: { t: { title: "Table", sort: "a", facets: ["b"], hidden: true } },
          },
        },
      },
    });
    const database = databases.get("d");
    expect(metadata).toEqual({ title: "Site" });
    expect(extraCssUrls.map(({ url }) => url)).toEqual(["/static/x.css"]);
    expect(database?.metadata).toEqual({ title: "Data" });
    expect(database?.allow).toBe(false);
    expect(database?.queries.get("q")?.sql).toBe("select 1");
    expect(database?.tables.get("t")).toMatchObject({
      metadata: { title: "Table" },
      sort: "a",
      facets: [{ type: "column", column: "b" }],
      hidden: true,
    });
  });

  test("leaves the given objects as they are", () => {
    const metadata = { databases: { d: { allow: false, tables: { t: { sort: "a" } } } } };
    build({ metadata });
    expect(metadata).toEqual({ databases: { d: { allow: false, tables: { t: { sort: "a" } } } } });
  });
});

test("other metadata is kept, as JSON where it is not text", () => {
  const { metadata } = build({ metadata: { contact: "me", counts: { a: [1, 2] } } });
  expect(metadata).toEqual({ contact: "me", counts: '{"a": [1, 2]}' });
});
