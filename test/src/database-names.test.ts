import { expect, test } from "vitest";
import { nameDatabases } from "../../src/database-names.ts";

test("a database is named after its file without the last extension", () => {
  expect(nameDatabases(["a/sales.db", "odd name.v2.db", "plain"])).toEqual([
    { name: "sales", path: "a/sales.db" },
    { name: "odd name.v2", path: "odd name.v2.db" },
    { name: "plain", path: "plain" },
  ]);
});

test("an alias renames a file at its place, or adds one at the end", () => {
  expect(nameDatabases(["a.db", "b.db"], ["c=data/x=y.db", "first=./a.db"])).toEqual([
    { name: "first", path: "./a.db" },
    { name: "b", path: "b.db" },
    { name: "c", path: "data/x=y.db" },
  ]);
});

test("a file named twice counts once", () => {
  expect(nameDatabases(["a.db", "./a.db"])).toEqual([{ name: "a", path: "a.db" }]);
});

test("two files with the same name are refused, naming both and an alias", () => {
  expect(() => nameDatabases(["2025/sales.db", "2026/sales.sqlite"])).toThrow(
    expect.objectContaining({
      code: "same_name",
      message: '2025/sales.db and 2026/sales.sqlite would both be served as "sales"',
      hint: "--alias sales-2=2026/sales.sqlite",
    }),
  );
});

test("an alias that is taken is refused", () => {
  expect(() => nameDatabases(["a.db"], ["a=b.db"])).toThrow('both be served as "a"');
});

test.each(["_internal", "_memory", "-"])("the name %s is refused", (name) => {
  expect(() => nameDatabases([`${name}.db`])).toThrow(
    expect.objectContaining({ code: "bad_database_name", exitCode: 2 }),
  );
});

test.each(["x.db", "=x.db", "name="])("the alias %s is a usage error", (alias) => {
  expect(() => nameDatabases([], [alias])).toThrow(
    expect.objectContaining({ code: "bad_alias", exitCode: 2 }),
  );
});
