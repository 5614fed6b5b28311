import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quoteIdentifier, tildeDecode, tildeEncode } from "../../../runtime/core/names.ts";

describe("Tilde encoding", () => {
  test.each([
    ["plain-name_1", "plain-name_1"],
    ["a b", "a+b"],
    ["a/b.c~d", "a~2Fb~2Ec~7Ed"],
    ["naïve", "na~C3~AFve"],
    ["100%", "100~25"],
    ["", ""],
  ])("%s becomes %s", (name, encoded) => {
    expect(tildeEncode(name)).toBe(encoded);
    expect(tildeDecode(encoded)).toBe(name);
  });

  test("every name comes back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const encoded = tildeEncode(name);
        expect(encoded).toMatch(/^[A-Za-z0-9_~+-]*$/);
        expect(tildeDecode(encoded)).toBe(name.toWellFormed());
      }),
    );
  });

  test("what is no escape is read as Datasette reads it", () => {
    expect(tildeDecode("a~2fb")).toBe("a/b");
    expect(tildeDecode("ti~lde")).toBe("ti%lde");
    expect(tildeDecode("~FF")).toBe("\ufffd");
  });
});

test.each([
  ["plain", "plain"],
  ["_x1", "_x1"],
  ["order", '"order"'],
  ["Select", '"Select"'],
  ["two words", '"two words"'],
  ["1st", '"1st"'],
  ['a"b', '"a""b"'],
  ["naïve", '"naïve"'],
])("the identifier %s is written %s", (name, quoted) => {
  expect(quoteIdentifier(name)).toBe(quoted);
});

/** https://www.sqlite.org/lang_keywords.html, of SQLite 3.51. */
const KEYWORDS =
  "abort action add after all alter always analyze and as asc attach autoincrement before begin " +
  "between by cascade case cast check collate column commit conflict constraint create cross current " +
  "current_date current_time current_timestamp database default deferrable deferred delete desc detach " +
  "distinct do drop each else end escape except exclude exclusive exists explain fail filter first " +
  "following for foreign from full generated glob group groups having if ignore immediate in index " +
  "indexed initially inner insert instead intersect into is isnull join key last left like limit match " +
  "materialized natural no not nothing notnull null nulls of offset on or order others outer over " +
  "partition plan pragma preceding primary query raise range recursive references regexp reindex release " +
  "rename replace restrict returning right rollback row rows savepoint select set table temp temporary " +
  "then ties to transaction trigger unbounded union unique update using vacuum values view virtual when " +
  "where window with within without true false";

test("tables and columns may be called like any keyword of SQLite", () => {
  const database = new Database(":memory:");
  for (const keyword of KEYWORDS.split(" ")) {
    const name = quoteIdentifier(keyword);
    database.exec(
      `create table "${keyword}" ("${keyword}" text, b); insert into "${keyword}" values ('x', 1), ('y', 2)`,
    );
    const sql = `select ${name} as value, b from ${name} where ${name} in ('x') and (${name} is null or ${name} > 'a') order by ${name} desc, b`;
    expect(database.prepare(sql).all(), keyword).toEqual([{ value: "x", b: 1 }]);
  }
  database.close();
});
