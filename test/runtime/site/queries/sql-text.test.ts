import { describe, expect, test } from "vitest";
import { namedParameters, refuseSql } from "../../../../runtime/site/queries/sql-text.ts";

describe("Custom SQL", () => {
  test.each([
    "select 1",
    "  SELECT 1",
    "-- a comment\nselect 1",
    "/* one */ /* two */ select 1",
    "with x as (select 1) select * from x",
    "explain select 1",
    "explain query plan with x as (select 1) select * from x",
    "select * from pragma_table_info('t')",
  ])("%s may be run", (sql) => {
    expect(refuseSql(sql)).toBeNull();
  });

  test.each([
    ["", "Statement must be a SELECT"],
    ["insert into t values (1)", "Statement must be a SELECT"],
    ["values (1)", "Statement must be a SELECT"],
    ["(select 1)", "Statement must be a SELECT"],
    ["selection", "Statement must be a SELECT"],
    ["select 'pragma'", "Statement contained a disallowed PRAGMA"],
    ["select * from pragma_journal_mode()", "Statement contained a disallowed PRAGMA"],
  ])("%s may not", (sql, reason) => {
    expect(refuseSql(sql)?.message).toContain(reason);
  });

  test("an endless row of comments, or of quotes, is no trouble", () => {
    expect(refuseSql(`${"/* */ ".repeat(20_000)}select 1`)).toBeNull();
    expect(namedParameters(`select ${"'".repeat(50_000)}:x`)).toEqual(["x"]);
  });
});

test.each([
  ["select :a, :b, :a", ["a", "b", "a"]],
  ["select ':no', \":no\", [:no], `:no`, :yes", ["yes"]],
  ["select :a -- :no\n, :b /* :no */", ["a", "b"]],
  ["select 'it''s :no', :naïve_1", ["naïve_1"]],
  ["select '-- ' || :a", ["a"]],
  ["select cast(:x as real)::y", ["x", "y"]],
])("parameters of %s", (sql, names) => {
  expect(namedParameters(sql)).toEqual(names);
});
