/**
 * Values and types are those of dlt's own tests (tests/normalize/test_json_item_inference.py,
 * tests/common/schema/test_coercion.py and test_detections.py of dlt 1.x); where this is otherwise on
 * purpose, because dlt would lose something, the test says so.
 */
import { describe, expect, test } from "vitest";
import { parseExact } from "../../../../runtime/load/events/exact-json.ts";
import { timestampOf } from "../../../../runtime/load/events/timestamp.ts";
import { Normalising } from "./normalising.ts";

describe("A column's type comes from its first value", () => {
  test.each([
    ['"18271.11"', "text", "18271.11"],
    ["114", "bigint", 114],
    ["0.5", "double", 0.5],
    ["5.0", "double", 5],
    ["1e3", "double", 1000],
    ["true", "bool", 1],
    ["9223372036854775807", "bigint", 9223372036854775807n],
    ["9223372036854775808", "text", "9223372036854775808"],
    ["1e400", "text", "1e400"],
    ['"2022-05-10T00:17:15.300000+00:00"', "timestamp", "2022-05-10T00:17:15.3+00:00"],
    ['"2022-05-10T00:17:15.300000+02:00"', "timestamp", "2022-05-09T22:17:15.3+00:00"],
    ['"übermorgen"', "text", "übermorgen"],
  ])("%s is %s", (json, type, stored) => {
    const normalising = new Normalising();
    expect(normalising.values(parseExact(`{"a":${json}}`))).toEqual({ a: stored });
    expect(normalising.type("a")).toBe(type);
  });

  test.each([
    "1975-05-21T22:00:00Z",
    "2022-06-01T00:48:35.040Z",
    "2021-07-24 10:51",
    "2022-05-10T03:41:31.466+0200",
    "2022-04-26 10:36+02",
  ])("%s is a point in time", (text) => expect(timestampOf(text)).not.toBeNull());

  test.each([
    "1975-05-21",
    "22:00:00",
    "0-05-01T27:00:00Z",
    "",
    "1975-05-01T27:00:00Z",
    "1975-02-30T10:00:00Z",
    "1975-0521T22 00:00",
    "Wed, 29 Jun 2022 13:56:34 +0000",
    "06/04/22, 11:15PM IST",
    "2007-03-01T13:00:00Z/2008-05-11T15:30:00Z",
  ])("%s is none", (text) => expect(timestampOf(text)).toBeNull());

  test("points in time have the order of their texts", () => {
    const texts = ["10:00:00Z", "10:00:00.5Z", "10:00:00.45Z", "10:00:01Z"].map((time) =>
      timestampOf(`2026-01-01T${time}`),
    );
    expect(texts.toSorted()).toEqual([texts[0], texts[2], texts[1], texts[3]]);
  });
});

describe("Values of another type", () => {
  const FIRST: Record<string, string> = {
    text: '"x"',
    bigint: "7",
    double: "0.5",
    bool: "false",
    timestamp: '"2020-01-01T00:00:00Z"',
  };

  test.each([
    ["text", "false", "False"],
    ["text", "-1726.1288", "-1726.1288"],
    ["double", "762162", 762162],
    ["double", '"0.1"', 0.1],
    ["bigint", '"-1726"', -1726],
    ["bigint", "-762162.0", -762162],
    ["bool", '"False"', 0],
    ["bool", "1", 1],
    ["timestamp", "78172.128", "1970-01-01T21:42:52.128+00:00"],
    ["timestamp", "1580405246", "2020-01-30T17:27:26+00:00"],
    ["timestamp", '"2021-04-25"', "2021-04-25T00:00:00+00:00"],
  ])("fit into %s: %s", (type, json, stored) => {
    const normalising = new Normalising();
    normalising.values(parseExact(`{"a":${FIRST[type]}}`));
    expect(normalising.values(parseExact(`{"a":${json}}`))).toEqual({ a: stored });
  });

  test.each([
    ["double", '"a912.12"', "a__v_text"],
    ["double", "false", "a__v_bool"],
    ["bigint", "762162.1", "a__v_double"],
    ["bigint", '"912.12"', "a__v_text"],
    ["bigint", "true", "a__v_bool"],
    ["bool", "0.5", "a__v_double"],
    ["timestamp", '"now"', "a__v_text"],
    ["timestamp", '"03:41:31.466"', "a__v_text"],
    ["timestamp", "1e27", "a__v_double"],
    // dlt takes these, and loses something: spaces, notation, the word, the digits.
    ["bigint", '" -1726 "', "a__v_text"],
    ["bigint", '"007"', "a__v_text"],
    ["bigint", '"0xff"', "a__v_text"],
    ["bool", '"yes"', "a__v_text"],
    ["bool", "5", "a__v_bigint"],
    ["double", "9007199254740993", "a__v_bigint"],
    ["timestamp", '" 1580405246 "', "a__v_text"],
    ["timestamp", "1633344898.7415245", "a__v_double"],
  ])("have a column of their own beside %s: %s in %s", (type, json, column) => {
    const normalising = new Normalising();
    normalising.values(parseExact(`{"a":${FIRST[type]}}`));
    const event = parseExact(`{"a":${json}}`);
    expect(Object.keys(normalising.values(event))).toEqual([column]);
    // And the next one goes there, too.
    expect(Object.keys(normalising.values(event))).toEqual([column]);
  });

  test("an object or list that stays JSON is a variant, too; a text column takes it as text", () => {
    const normalising = new Normalising({ nesting: 0 });
    normalising.values({ float_x: 0.1, str_x: "STR" });
    expect(normalising.values({ float_x: [1, { a: true }], str_x: { b: 1 } })).toEqual({
      float_x__v_json: '[1,{"a":true}]',
      str_x: '{"b":1}',
    });
  });

  test("where the variant's column is taken by another type, there is a variant of the variant", () => {
    const normalising = new Normalising();
    normalising.values({ a: 1, a__v_text: 2 });
    expect(normalising.values({ a: "x" })).toEqual({ a__v_text__v_text: "x" });
  });
});
