import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { Connection } from "../../../../runtime/core/sqlite/connection.ts";
import { anyFtsTableOf, ftsTableOf } from "../../../../runtime/core/sqlite/fts-table.ts";
import { temporaryDirectory } from "../../../temporary-directory.ts";

function schema(sql: string): Connection {
  const file = join(temporaryDirectory(), "data.db");
  const database = new Database(file);
  database.exec(sql);
  database.close();
  return new Connection(file, { guardFile: null });
}

describe("The FTS table of a table", () => {
  const table = (name: string) =>
    `create table "${name.replaceAll('"', '""')}" (id integer primary key, txt text);`;
  const index = (content: string) => `create virtual table f using fts5(txt, content=${content});`;

  test.each([
    ['content="docs"', "docs", '"docs"', true],
    ["content=[docs]", "docs", "[docs]", true],
    ["content='docs'", "docs", "'docs'", false],
    ["content=docs", "docs", "docs", false],
    ["content=`docs`", "docs", "`docs`", false],
    ["another case", "docs", '"DOCS"', true],
    ["a name with a quote", "it's", "'it''s'", false],
    ["a name with a wildcard of LIKE", "a_b", '"a_b"', true],
  ])("is found for %s", (_, name, content, asDatasette) => {
    const connection = schema(table(name) + index(content));
    expect(anyFtsTableOf(connection, name)).toBe("f");
    expect(ftsTableOf(connection, name)).toBe(asDatasette ? "f" : null);
    connection.close();
  });

  test("is not that of a table whose name is like it", () => {
    const connection = schema(table("a_b") + table("axb") + index('"a_b"'));
    expect(anyFtsTableOf(connection, "axb")).toBeNull();
    connection.close();
  });

  test("is the table itself where it is one, and no contentless one is another's", () => {
    const connection = schema(`${table("docs")}${index("''")}`);
    expect(ftsTableOf(connection, "f")).toBe("f");
    expect(anyFtsTableOf(connection, "docs")).toBeNull();
    connection.close();
  });
});
