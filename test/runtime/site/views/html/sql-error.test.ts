import { describe, expect, test } from "vitest";
import { errorPlace } from "../../../../../runtime/site/views/html/sql-error.ts";

/** The part of the SQL that is pointed at. */
function pointedAt(sql: string, message: string): string | null {
  const place = errorPlace(sql, message);
  return place && sql.slice(place.from, place.to);
}

describe("the place of an error in SQL", () => {
  test.each([
    ["selec 1", 'near "selec": syntax error', "selec"],
    ["select nme from t", "no such column: nme", "nme"],
    ["select t.nme from t", "no such column: t.nme", "t.nme"],
    ["select * from Tabel", "no such table: tabel", "Tabel"],
    ["select nope(1)", "no such function: nope", "nope"],
    ["select * from a, b where id = 1", "ambiguous column name: id", "id"],
    ["select 'x", 'unrecognized token: "\'x"', "'x"],
    ["select 1 from", "incomplete input", "m"],
  ])("%s: %s", (sql, message, expected) => {
    expect(pointedAt(sql, message)).toBe(expected);
  });

  test("is a whole word", () => {
    expect(pointedAt("select name, nam from t", "no such column: nam")).toBe("nam");
    expect(errorPlace("select name, nam from t", "no such column: nam")?.from).toBe(13);
  });

  test("is not guessed where the name occurs twice", () => {
    expect(errorPlace("select x from t where x = 1", "no such column: x")).toBeNull();
  });

  test("is unknown for other messages", () => {
    expect(errorPlace("select 1", "interrupted")).toBeNull();
  });
});
