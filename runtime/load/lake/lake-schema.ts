/**
 * Which columns the tables of the lake have, and of which types. They only grow: no column ever changes its
 * type or goes, because files that were written stay as they are. Pure.
 */
import { asArray, asObject, asString, InvalidData, parseJson } from "../../core/format/check.ts";
import { DATA_TYPES, type DataType } from "../events/data-type.ts";
import type { Columns } from "../events/event-schema.ts";

export interface LakeColumn {
  name: string;
  type: DataType;
  /** The column of the database that its values come from. */
  from: string;
}

export interface LakeSchema {
  /** The first day that has files: YYYY-MM-DD, UTC. */
  since: string;
  tables: ReadonlyMap<string, readonly LakeColumn[]>;
}

/** What the files are sorted by; a column of this name has another one in the lake. */
export const DAY = "day";

/** The columns for a table that has `columns` in its database: those of before and what they lack. */
export function grown(before: readonly LakeColumn[], columns: Columns): readonly LakeColumn[] {
  const all = [...before];
  const taken = new Set([DAY, ...columns.keys(), ...before.map(({ name }) => name)]);
  for (const [from, type] of columns) {
    if (columnFor(all, from, type) !== undefined) continue;
    // Only where another database of events has it with another type: a variant, as within a database.
    const isFree = from !== DAY && !before.some(({ name }) => name === from);
    let name = from;
    while (!isFree && taken.has(name)) name = `${name}__v_${type}`;
    taken.add(name);
    all.push({ name, type, from });
  }
  return all;
}

/** Where the values of a column go; undefined where there is nothing yet. */
export function columnFor(
  columns: readonly LakeColumn[],
  from: string,
  type: DataType,
): LakeColumn | undefined {
  return columns.find((column) => column.from === from && column.type === type);
}

export function encodeSchema({ since, tables }: LakeSchema): string {
  return JSON.stringify({ format: 1, since, tables: Object.fromEntries(tables) });
}

/** Throws InvalidData. */
function parseSchema(text: string): LakeSchema {
  const { format, since, tables } = asObject(parseJson(text, "the lake's schema"), "schema");
  if (format !== 1) throw new InvalidData(`the lake's schema has a format ${format}`);
  const found = Object.entries(asObject(tables, "tables")).map(([table, columns]) => {
    return [table, asArray(columns, table, asColumn)] as const;
  });
  return { since: asString(since, "since"), tables: new Map(found) };
}

function asColumn(value: unknown, where: string): LakeColumn {
  const column = asObject(value, where);
  const type = DATA_TYPES.find((each) => each === column.type);
  if (type === undefined) throw new InvalidData(`${where} has a type ${column.type}`);
  return {
    name: asString(column.name, `${where}.name`),
    type,
    from: asString(column.from, `${where}.from`),
  };
}

/** For `shared-document.ts`. */
export const SCHEMA = { parse: parseSchema, encode: encodeSchema };
