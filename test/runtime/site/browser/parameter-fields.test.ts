import { expect, test } from "vitest";
import { namedParameters } from "../../../../runtime/site/browser/parameter-fields.ts";

test("finds each parameter of SQL once, in order", () => {
  expect(namedParameters("select :b, :a where x = :b")).toEqual(["b", "a"]);
});

test("finds letters of every alphabet", () => {
  expect(namedParameters("select :größe, :ünï_1")).toEqual(["größe", "ünï_1"]);
});

test("finds none in strings, quoted names and comments", () => {
  const sql = `select ':a', "it's :b", [x :c], \`:d\`, 'it''s :e' -- :f\n/* :g */ /* :h`;
  expect(namedParameters(sql)).toEqual([]);
});
