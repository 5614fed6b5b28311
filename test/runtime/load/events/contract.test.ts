import { describe, expect, test } from "vitest";
import { parseContracts } from "../../../../runtime/load/events/contract.ts";
import { Normalising, plain } from "./normalising.ts";

/** With the table t, a column a of bigint, and a list l. */
function started(...contracts: string[]): Normalising {
  const normalising = new Normalising({ contracts });
  const evolving = new Normalising();
  for (const { table, column } of evolving.rows({ a: 1, l: [{ b: 1 }] }) &&
    evolving.schema.takeChanges()) {
    if (column === null) normalising.schema.addTable(table);
    else normalising.schema.addColumn(table, column.name, column.type);
  }
  return normalising;
}

describe("Contracts, as in dlt", () => {
  test("evolve: columns, variants and tables are added", () => {
    expect(started("t=evolve").values({ a: "x", n: 2 })).toEqual({ a__v_text: "x", n: 2 });
  });

  test("freeze: an event with something new is refused, and leaves no trace in the schema", () => {
    const normalising = started("freeze");
    expect(() => normalising.rows({ a: 1, n: 2 })).toThrow(
      "t takes no values that it does not have (n)",
    );
    expect(() => normalising.rows({ a: "x" })).toThrow(
      "of another type than it has values (a__v_text)",
    );
    expect(() => normalising.rows({ a: 1 }, "u")).toThrow("There is no table u");
    expect(() => normalising.rows({ a: 1, other: [1] })).toThrow("There is no table t__other");
    expect(normalising.schema.columns("u")).toBeUndefined();
    expect(normalising.values({ a: 2 })).toEqual({ a: 2 });
  });

  test("discard_value: what is new is left out", () => {
    expect(started("t=discard_value").values({ a: 1, n: 2 })).toEqual({ a: 1 });
    expect(started("t=discard_value").values({ a: "x" })).toEqual({});
    expect(started("t=discard_value").rows({ a: 1, other: [1] })).toHaveLength(1);
  });

  test("discard_row: the row is left out, and the lists in it", () => {
    expect(started("t=discard_row").rows({ a: 1, n: 2, l: [{ b: 1 }] })).toEqual([]);
    const rows = started("t=discard_row").rows({ a: 1, l: [{ b: 1 }, { b: 1, n: 2 }, { b: 3 }] });
    expect(rows.map(plain)).toEqual([{ a: 1 }, { b: 1 }, { b: 3 }]);
  });

  test("each for tables, columns and types of its own, of one table or all", () => {
    const normalising = started("discard_row", "t.columns=freeze", "t.data_type=evolve");
    expect(() => normalising.rows({ n: 1 })).toThrow("t takes no values");
    expect(normalising.values({ a: "x" })).toEqual({ a__v_text: "x" });
    expect(normalising.rows({ a: 1 }, "u")).toEqual([]);
  });

  test("a new table is made by its first row, whatever is said of its columns", () => {
    const normalising = started("*.columns=freeze");
    expect(normalising.values({ x: 1 }, "u")).toEqual({ x: 1 });
    expect(() => normalising.rows({ y: 1 }, "u")).toThrow("u takes no values");
  });

  test.each(["t=frozen", "t.rows=freeze", "=freeze", "t=", ""])('"%s" is none', (text) => {
    expect(() => parseContracts([text])).toThrow(`"${text}" is not a contract`);
  });
});
