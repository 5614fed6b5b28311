import { describe, expect, test } from "vitest";
import { buildSiteConfig } from "../../../runtime/core/config/site-config.ts";
import { Visitor } from "../../../runtime/site/visitor.ts";

function visitor(
  config: unknown,
  options: { deny?: boolean; settings?: Record<string, string> } = {},
) {
  return new Visitor(
    buildSiteConfig({
      config,
      metadata: {},
      settings: options.settings ?? {},
      flags: { cors: false, crossdb: false, defaultDeny: options.deny ?? false },
    }),
  );
}

describe("What the anonymous reader may see", () => {
  test("everything, unless the configuration says otherwise", () => {
    const reader = visitor({});
    expect(reader.mayViewInstance()).toBe(true);
    expect(reader.mayViewTable("d", "t")).toBe(true);
    expect(reader.mayExecuteSql("d")).toBe(true);
    expect(reader.mayDownload("d")).toBe(true);
  });

  test("nothing with --default-deny, unless the configuration says otherwise", () => {
    const reader = visitor(
      { databases: { d: { tables: { t: { allow: true } } } } },
      { deny: true },
    );
    expect(reader.mayViewInstance()).toBe(false);
    expect(reader.mayViewDatabase("d")).toBe(false);
    expect(reader.mayViewTable("d", "t")).toBe(true);
    expect(reader.mayViewTable("d", "u")).toBe(false);
  });

  test("a table that is allowed inside a database that is not", () => {
    const reader = visitor({ databases: { d: { allow: false, tables: { t: { allow: true } } } } });
    expect(reader.mayViewDatabase("d")).toBe(false);
    expect(reader.mayViewTable("d", "t")).toBe(true);
    expect(reader.mayViewTable("d", "u")).toBe(false);
    expect(reader.mayExecuteSql("d")).toBe(false);
  });

  test("names are compared as SQLite does: ASCII letters in either case are the same", () => {
    const reader = visitor({
      databases: { Shop: { tables: { Secret: { allow: false }, Größe: { allow: false } } } },
    });
    expect(reader.mayViewTable("Shop", "sECRET")).toBe(false);
    expect(reader.mayViewTable("shop", "secret")).toBe(false);
    expect(reader.mayViewTable("Shop", "GRöße")).toBe(false);
    expect(reader.mayViewTable("Shop", "GRÖßE")).toBe(true);
  });

  test("of two entries for one table the refusal counts, of two databases the one of this name", () => {
    const tables = { Secret: { allow: true }, SECRET: { allow: false } };
    const reader = visitor({
      databases: { a: { tables }, A: { allow: false }, b: { allow: true } },
    });
    expect(reader.mayViewTable("a", "secret")).toBe(false);
    expect(reader.mayViewDatabase("a")).toBe(true);
    expect(reader.mayViewDatabase("A")).toBe(false);
  });

  test.each([
    [true, true],
    [false, false],
    [{}, false],
    [{ id: "root" }, false],
    [{ id: "*" }, false],
    [{ unauthenticated: true }, true],
    [null, true],
  ])("allow: %j", (allow, allowed) => {
    expect(visitor({ databases: { d: { allow } } }).mayViewDatabase("d")).toBe(allowed);
  });

  test("SQL of their own only where allow_sql and default_allow_sql let them", () => {
    const config = { databases: { open: { allow_sql: true }, shut: { allow_sql: false } } };
    const reader = visitor(config, { settings: { default_allow_sql: "off" } });
    expect(reader.mayExecuteSql("open")).toBe(true);
    expect(reader.mayExecuteSql("shut")).toBe(false);
    expect(reader.mayExecuteSql("other")).toBe(false);
    expect(visitor(config).mayExecuteSql("other")).toBe(true);
  });

  test("permissions blocks count like allow blocks; a refusal wins", () => {
    const reader = visitor({
      permissions: { "view-instance": false },
      databases: { d: { allow: true, permissions: { "view-database": { id: "root" } } } },
    });
    expect(reader.mayViewInstance()).toBe(false);
    expect(reader.mayViewDatabase("d")).toBe(false);
  });
});

describe("Earlier versions of a database", () => {
  test("are shown where nothing is denied", () => {
    expect(visitor({}).mayTravel("d")).toBe(true);
    expect(visitor({ databases: { e: { allow: false } } }).mayTravel("d")).toBe(true);
    expect(visitor({ databases: { d: { tables: { t: { allow: true } } } } }).mayTravel("d")).toBe(
      true,
    );
  });

  test.each([
    ["a table", { databases: { d: { tables: { t: { allow: false } } } } }],
    [
      "a table, by a permission",
      { databases: { d: { tables: { t: { permissions: { "view-table": { id: "x" } } } } } } },
    ],
    [
      "a table of a database in other letters",
      { databases: { D: { tables: { t: { allow: false } } } } },
    ],
    ["a query", { databases: { d: { queries: { q: { sql: "select 1", allow: false } } } } }],
    ["SQL", { databases: { d: { allow_sql: false } } }],
    ["SQL of the site", { allow_sql: false }],
    ["downloads of the site", { permissions: { "view-database-download": false } }],
  ])("are not where %s is denied, unless the permission view-versions is given", (_, config) => {
    expect(visitor(config).mayTravel("d")).toBe(false);
    const permissions = { "view-versions": true };
    expect(visitor({ ...config, permissions }).mayTravel("d")).toBe(true);
  });

  test("are not with --default-deny, where the setting is off, or view-versions is denied", () => {
    const allowed = { databases: { d: { allow: true } } };
    expect(visitor(allowed, { deny: true }).mayTravel("d")).toBe(false);
    expect(visitor({}, { settings: { allow_time_travel: "off" } }).mayTravel("d")).toBe(false);
    const config = { databases: { d: { permissions: { "view-versions": false } } } };
    expect(visitor({ ...config, permissions: { "view-versions": true } }).mayTravel("d")).toBe(
      false,
    );
  });
});
