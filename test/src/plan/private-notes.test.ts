import { expect, test } from "vitest";
import { buildSiteConfig } from "../../../runtime/core/config/site-config.ts";
import { privateNotes } from "../../../src/plan/private-notes.ts";

function table(name: string, hidden = false) {
  const rest = { count: 1, columns: ["id"], primaryKeys: ["id"], ftsTable: null, foreignKeys: [] };
  return { name, hidden, ...rest };
}

const TABLES = ["a", "b", "c", "d", "e", "f", "g", "h"];

function notes(database: object): string[] {
  const config = buildSiteConfig({
    config: { databases: { shop: database } },
    metadata: {},
    settings: {},
    flags: { cors: false, crossdb: false, defaultDeny: false },
  });
  const inspection = {
    tables: [...TABLES.map((name) => table(name)), table("a_fts", true)],
    views: [{ name: "v", columns: ["x"] }],
    summaries: null,
  };
  return privateNotes(config, [{ name: "shop", inspection }]);
}

const denied = (...names: string[]) => ({
  tables: Object.fromEntries(names.map((name) => [name, { allow: false }])),
});

test("where everything is visible there is nothing to say", () => {
  expect(notes({})).toEqual([]);
});

test.each([
  [denied("A", "v"), "Private: a and v in shop"],
  [denied("b"), "Private: b in shop"],
  [{ allow: false }, "Private: all tables of shop"],
  [
    { allow: false, tables: { d: { allow: true }, e: { allow: true } } },
    "Private: all tables of shop but d and e",
  ],
  [denied(...TABLES.slice(0, 7)), "Private: all tables of shop but h and v"],
])("for %j: %s", (database, first) => {
  expect(notes(database)[0]).toBe(first);
  expect(notes(database)[1]).toContain("the guard in the layer enforces this");
});

test("long lists are counted", () => {
  const many = { ...denied(...TABLES) };
  expect(notes({ ...many, tables: { ...many.tables, v: { allow: true } } })[0]).toBe(
    "Private: all tables of shop but v",
  );
});
