import { expect, test } from "vitest";
import { buildSiteConfig } from "../../../runtime/core/config/site-config.ts";
import { privateNotes } from "../../../src/plan/private-notes.ts";

function table(name: string, hidden = false) {
  const rest = { count: 1, columns: ["id"], primaryKeys: ["id"], ftsTable: null, foreignKeys: [] };
  return { name, hidden, ...rest };
}

const TABLES = ["a", "b", "c", "d", "e", "f", "g", "h"];

function notes(database: object, isPrivateSite = false): string[] {
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
  return privateNotes(config, [{ name: "shop", inspection }], isPrivateSite);
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

test.each([
  [{ tables: { a: { allow: { id: "ann" } } } }, ["For those whom allow names: a in shop"]],
  [
    { tables: { a: { allow: { groups: ["x"] } }, b: { allow: false } } },
    ["Private: b in shop", "For those whom allow names: a in shop"],
  ],
  [
    { allow: { id: ["ann"] }, tables: { b: { allow: true }, c: { allow: {} } } },
    ["Private: c in shop", "For those whom allow names: all tables of shop but b and c"],
  ],
  // Whoever has signed in sees it, which is everybody there.
  [{ allow: { id: "*" } }, []],
  [{ tables: { a: { allow: { unauthenticated: true } } } }, ["Private: a in shop"]],
])("on a site where people sign in, for %j", (database, sentences) => {
  const found = notes(database, true);
  expect(found.slice(0, sentences.length)).toEqual(sentences);
  expect(found.length).toBe(sentences.length === 0 ? 0 : sentences.length + 1);
});

test("on a public site rules that name readers let nobody in, which is said", () => {
  const [hidden, , warning, ...more] = notes({ tables: { a: { allow: { id: "ann" } } } });
  expect(hidden).toBe("Private: a in shop");
  expect(warning).toContain("--password or --sign-in lets them in");
  expect(more).toEqual([]);
  expect(notes({ allow_sql: { groups: ["staff"] } })).toEqual([warning]);
  expect(notes({ tables: { a: { allow: { unauthenticated: true } } } })).toEqual([]);
});
