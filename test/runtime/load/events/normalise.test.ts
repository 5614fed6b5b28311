/** The events are those of dlt's own tests: tests/common/normalizers/test_json_relational.py of dlt 1.x. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Normalising, plain } from "./normalising.ts";

const tables = (rows: { table: string }[]) => rows.map(({ table }) => table);

function digest(text: string): string {
  const hash = createHash("shake128", { outputLength: 10 });
  return hash.update(text).digest("base64").replace(/=+$/, "");
}

describe("Objects become columns, lists become tables", () => {
  test("names on the way are joined", () => {
    const normalising = new Normalising();
    const event = {
      "f-1": "!  30",
      "f 2": [1],
      "f!3": { f4: "a", "f-5": "b", "f*6": { c: 7, "c v": 8, "c x": [2] } },
    };
    const rows = normalising.rows(event, "mock_table");
    expect(Object.keys(plain(rows[0])).sort()).toEqual([
      "f_1",
      "f_3__f4",
      "f_3__f_5",
      "f_3__fx6__c",
      "f_3__fx6__c_v",
    ]);
    expect(tables(rows)).toEqual(["mock_table", "mock_table__f_2", "mock_table__f_3__fx6__c_x"]);
  });

  test("rows of lists say which row they belong to, and where they were in it", () => {
    const event = { f: [{ l: ["a", "b", "c"], v: 120, o: [{ a: 1 }, { a: 2 }] }] };
    const rows = new Normalising().rows(event, "table");
    expect(rows).toHaveLength(7);
    const [root, f, ...others] = rows;
    expect(Object.fromEntries(root!.values)).toEqual({ _dlt_id: "id0", _dlt_load_id: "load" });
    expect(f?.values.get("_dlt_parent_id")).toBe("id0");
    expect(f?.values.has("_dlt_load_id")).toBe(false);
    const l = others.filter(({ table }) => table === "table__f__l");
    expect(l.map(({ values }) => values.get("value"))).toEqual(["a", "b", "c"]);
    expect(l.map(({ values }) => values.get("_dlt_list_idx"))).toEqual([0, 1, 2]);
    expect(
      others.every(({ values }) => values.get("_dlt_parent_id") === f?.values.get("_dlt_id")),
    ).toBe(true);
  });

  test("the ids of rows in lists are made of their parent, table and place", () => {
    const event = { _dlt_id: "###", f: [{ lo: [{ e: "a" }, { e: "b" }] }] };
    const rows = new Normalising().rows(event, "table");
    for (const { table, values } of rows.slice(1)) {
      const of = `${values.get("_dlt_parent_id")}_${table}_${values.get("_dlt_list_idx")}`;
      expect(values.get("_dlt_id")).toBe(digest(of));
    }
    expect(rows[0]?.values.get("_dlt_id")).toBe("###");
  });

  test("parents come before their lists", () => {
    const event = {
      id: "level0",
      f: [{ id: "level1", l: ["a", "b", "c"], v: 120, o: [{ a: 1 }, { a: 2 }] }],
      g: [{ id: "level2_g", l: ["a"] }],
    };
    expect(tables(new Normalising().rows(event, "table"))).toEqual([
      "table",
      "table__f",
      ...["table__f__l", "table__f__l", "table__f__l", "table__f__o", "table__f__o"],
      "table__g",
      "table__g__l",
    ]);
  });

  test("lists in objects belong to the row that the object is part of", () => {
    const five = [{ id: "level5" }];
    const event = {
      id: "level0",
      f: [{ id: "level1", l: ["a"], o: [{ a: 1 }], b: { a: five } }],
      d: { a: [{ id: "level4" }], b: { a: five, a_2: five }, c: "x" },
      e: [{ o: [{ a: 1 }], b: { a: five } }],
    };
    const rows = new Normalising().rows(event, "table");
    expect(tables(rows)).toEqual([
      "table",
      ...["table__f", "table__f__l", "table__f__o", "table__f__b__a"],
      ...["table__e", "table__e__o", "table__e__b__a"],
      ...["table__d__a", "table__d__b__a", "table__d__b__a_2"],
    ]);
    expect(plain(rows.find(({ table }) => table === "table__e"))).toEqual({});
  });

  test("lists in lists have a table between them", () => {
    const page = { url: "https://www.website.com/", timestamp: "2023-05-12T12:35:01Z" };
    const event = {
      _dlt_id: "123456",
      webpath: [
        [page, page, page, [page]],
        [1, 2, 3],
      ],
    };
    const rows = new Normalising().rows(event, "zen");
    expect(rows).toHaveLength(11);
    const of = (name: string) => rows.filter(({ table }) => table === name);
    expect(of("zen__webpath").map(({ values }) => values.get("_dlt_parent_id"))).toEqual([
      "123456",
      "123456",
    ]);
    expect(of("zen__webpath__list")).toHaveLength(7);
    expect(of("zen__webpath__list__list")[0]?.values.get("_dlt_parent_id")).toBe(
      of("zen__webpath__list")[3]?.values.get("_dlt_id"),
    );
  });

  test("what is no object is a value", () => {
    expect(new Normalising().values(1)).toEqual({ value: 1 });
    const rows = new Normalising().rows([1, 2, 3, 4, "A"], "listex");
    expect(rows).toHaveLength(6);
    expect(rows[1]?.table).toBe("listex__value");
    expect(plain(rows.at(-1))).toEqual({ value__v_text: "A" });
  });

  test("keys without a name", () => {
    expect(new Normalising().values({ a: 1, "": 2 })).toEqual({ a: 1, _empty: 2 });
    expect(new Normalising().values({ a: 1, b: { "": 2 } })).toEqual({ a: 1, b___empty: 2 });
  });

  test("null is no value, and makes no column", () => {
    const normalising = new Normalising();
    expect(normalising.values({ a: null, timestamp: 7 })).toEqual({ timestamp: 7 });
    expect(normalising.type("a")).toBeUndefined();
  });
});

describe("What is nested too deep stays JSON", () => {
  const event = { _dlt_id: "row_id", f: [{ l: ["a"], v: 120, lo: [{ e: { v: 1 } }] }] };

  test.each([
    [0, ["default"]],
    [1, ["default", "default__f"]],
    [2, ["default", "default__f", "default__f__l", "default__f__lo"]],
    [3, ["default", "default__f", "default__f__l", "default__f__lo"]],
  ])("%i levels", (nesting, expected) => {
    const rows = new Normalising({ nesting }).rows(event, "default");
    expect(tables(rows)).toEqual(expected);
    const last = plain(rows.at(-1));
    if (nesting === 0) expect(last).toEqual({ f: JSON.stringify(event.f) });
    if (nesting === 1) expect(last).toEqual({ l: '["a"]', v: 120, lo: '[{"e":{"v":1}}]' });
    if (nesting === 2) expect(last).toEqual({ e: '{"v":1}' });
    if (nesting === 3) expect(last).toEqual({ e__v: 1 });
  });

  test("and what is JSON once is JSON from then on", () => {
    const normalising = new Normalising();
    normalising.schema.addTable("t");
    normalising.schema.addColumn("t", "value", "json");
    expect(normalising.values({ value: { json: true } })).toEqual({ value: '{"json":true}' });
    expect(normalising.rows({ value: ["from", { json: true }] })).toHaveLength(1);
  });
});

describe("Nothing gets lost where names meet", () => {
  test("two keys with one name have a column each", () => {
    const values = new Normalising().values({ a_b: 1, "a b": 2, "A-B": 3 });
    expect(values.a_b).toBe(1);
    expect(Object.values(values)).toEqual([1, 2, 3]);
    expect(Object.keys(values)[1]).toMatch(/^a_b__[a-z0-9]{6}$/);
  });

  test("a client cannot write the normaliser's own columns, save an event's id", () => {
    const [root, child] = new Normalising().rows({
      _dlt_load_id: "mine",
      l: [{ _dlt_id: "mine", _dlt_parent_id: "mine" }],
    });
    expect(root?.values.get("_dlt_load_id")).toBe("load");
    expect(child?.values.get("_dlt_parent_id")).toBe("id0");
    expect([...child!.values.values()].filter((value) => value === "mine")).toHaveLength(2);
  });
});

describe("A hostile client cannot make a schema of any size", () => {
  test("values beyond the last column are kept together", () => {
    const normalising = new Normalising({ columns: 4 });
    normalising.values({ a: 1, b: 2 });
    const [row] = normalising.rows({ a: 1, c: 3, d: { e: "x" } });
    expect(plain(row)).toEqual({ a: 1 });
    expect(row?.values.get("_dlt_rest")).toBe('{"c":3,"d__e":"x"}');
    expect(normalising.schema.columns("t")?.size).toBe(5);
  });

  test("lists beyond the last table stay JSON, events for a further table are refused", () => {
    const normalising = new Normalising({ tables: 2 });
    expect(tables(normalising.rows({ a: [1], b: [2] }))).toEqual(["t", "t__a"]);
    expect(normalising.values({ b: [2] })).toEqual({ b: "[2]" });
    expect(() => normalising.rows({}, "u")).toThrow("there are 2 tables already");
  });

  test("an event has only so many rows: longer lists stay JSON", () => {
    const normalising = new Normalising({ rows: 5 });
    const rows = normalising.rows({ a: [1, 2, 3], b: [[1], [2], [3]], c: [4, 5] });
    expect(tables(rows)).toEqual(["t", "t__a", "t__a", "t__a", "t__c", "t__c"]);
    expect(plain(rows[0])).toEqual({ b: "[[1],[2],[3]]" });
  });

  test.each(["", "  ", "_dlt_loads", "sqlite_master"])('no table is called "%s"', (name) => {
    expect(() => new Normalising().rows({}, name)).toThrow("cannot be the name of a table");
  });
});
