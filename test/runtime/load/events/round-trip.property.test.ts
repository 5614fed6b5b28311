/** Any JSON in, all of it back out. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonValue } from "../../../../runtime/load/events/exact-json.ts";
import type { EventRow } from "../../../../runtime/load/events/normalise.ts";
import {
  timestampOfSeconds,
  timestampOrDateOf,
} from "../../../../runtime/load/events/timestamp.ts";
import { Normalising } from "./normalising.ts";

/** Every value in it that is no object, list or null, as text; JSON in a text counts as what it is. */
function leaves(value: JsonValue): string[] {
  if (value === null) return [];
  if (typeof value === "object") return Object.values(value).flatMap(leaves);
  if (typeof value === "string" && /^[[{]/.test(value)) {
    try {
      return leaves(JSON.parse(value) as JsonValue);
    } catch {
      // No JSON.
    }
  }
  return [leaf(value)];
}

/** One text for a value in all the forms in which it can be stored: a bool is a number, a time is in UTC. */
function leaf(value: unknown): string {
  const text = String(value)
    .replace(/^true$/i, "1")
    .replace(/^false$/i, "0");
  const number = Number(text);
  if (text.trim() !== text || text === "" || String(number) !== text) {
    return timestampOrDateOf(text) ?? text;
  }
  return timestampOfSeconds(number) ?? text;
}

/** The values of rows; those that stayed JSON are looked into. */
function stored(
  rows: EventRow[],
  types: (row: EventRow, column: string) => string | undefined,
): string[] {
  return rows.flatMap((row) =>
    [...row.values].flatMap(([name, value]) => {
      if (/^_dlt_(id|load_id|parent_id|list_idx)$/.test(name)) return [];
      const isJson = types(row, name) === "json";
      return isJson ? leaves(JSON.parse(String(value)) as JsonValue) : leaves(value as JsonValue);
    }),
  );
}

const KEYS = fc.oneof(
  fc.constantFrom(
    "a",
    "b",
    "A",
    "a b",
    "a_b",
    "a__b",
    "_dlt_id",
    "_dlt_rest",
    "value",
    "list",
    "",
    "__proto__",
  ),
  fc.string({ maxLength: 8 }),
);
const SCALARS = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.string({ maxLength: 6 }),
  fc.constantFrom("1", "007", "true", "2026-01-01T00:00:00Z", "2026-01-01", null),
);
const JSON_VALUES = fc.letrec<{ any: JsonValue }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    SCALARS as fc.Arbitrary<JsonValue>,
    fc.array(tie("any"), { maxLength: 4 }),
    fc.dictionary(KEYS, tie("any"), { maxKeys: 5 }),
  ),
})).any;

/** dlt's ids may be given by the client: then they are that, and no value. */
function withoutId(event: JsonValue): JsonValue {
  if (typeof event !== "object" || event === null || Array.isArray(event)) return event;
  return Object.fromEntries(Object.entries(event).filter(([key]) => key !== "_dlt_id"));
}

test.each([
  ["as they are", {}],
  ["with few columns and tables", { columns: 6, tables: 3 }],
  ["with little nesting", { nesting: 2 }],
])("every value of any events is in the rows, once (limits %s)", (_, limits) => {
  fc.assert(
    fc.property(fc.array(JSON_VALUES, { maxLength: 6 }), (events) => {
      const normalising = new Normalising(limits);
      for (const event of events.map(withoutId)) {
        const rows = normalising.rows(event);
        const out = stored(rows, ({ table }, column) =>
          normalising.schema.columns(table)?.get(column),
        );
        expect(out.sort()).toEqual(leaves(event).sort());
      }
    }),
    { numRuns: 300 },
  );
});

const NAMES = fc.constantFrom("a", "b", "c", "d", "e");
const TREES = fc.letrec<{ object: JsonValue; any: JsonValue }>((tie) => ({
  object: fc.dictionary(NAMES, tie("any"), { minKeys: 1, maxKeys: 4 }),
  any: fc.oneof(
    { maxDepth: 5 },
    fc.integer(),
    tie("object"),
    fc.array(fc.oneof({ maxDepth: 4 }, fc.integer(), tie("object")), {
      minLength: 1,
      maxLength: 3,
    }),
  ),
})).object;

test("an event with plain names can be put together again from its rows", () => {
  fc.assert(
    fc.property(TREES, (event) => {
      const rows = new Normalising().rows(event);
      expect(rebuilt(rows)).toEqual(event);
    }),
    { numRuns: 300 },
  );
});

/** The inverse of flattening, for names without underscores. */
function rebuilt(rows: EventRow[]): unknown {
  const objects = new Map<unknown, { object: Record<string, unknown>; table: string }>();
  for (const { table, values } of rows) {
    const object: Record<string, unknown> = {};
    for (const [name, value] of values) {
      if (!name.startsWith("_dlt")) set(object, name.split("__"), value);
    }
    objects.set(values.get("_dlt_id"), { object, table });
    const parent = objects.get(values.get("_dlt_parent_id"));
    if (parent === undefined) continue;
    const path = table.slice(parent.table.length + 2).split("__");
    const keys = Object.keys(object);
    const isValue = keys.length === 1 && keys[0] === "value";
    const at = [...path, String(values.get("_dlt_list_idx"))];
    set(parent.object, at, isValue ? object.value : object, true);
  }
  return objects.values().next().value?.object;
}

function set(
  target: Record<string, unknown>,
  path: string[],
  value: unknown,
  inList = false,
): void {
  const [key = "", ...rest] = path;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  target[key] ??= inList && rest.length === 1 ? [] : {};
  set(target[key] as Record<string, unknown>, rest, value, inList);
}
