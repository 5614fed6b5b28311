/** What a map says about a row when its point is chosen. */
import { type SqlValue, valueText } from "../../../core/sqlite/values.ts";
import type { Place } from "../../parameters/map-place.ts";
import { rowSql } from "../../queries/map-sql.ts";
import { type MapRows, run } from "./map-data.ts";

export interface MapCard {
  /** The row's number, as it was asked for. */
  at: number;
  /** Its label, else its key; null where it has neither. */
  title: string | null;
  /** Its page; null where it has none. */
  href: string | null;
  values: readonly { column: string; value: string }[];
}

const MOST_VALUES = 8;
const LONGEST_VALUE = 200;

/** Rows that are there no more are left out. */
export function mapCards(rows: MapRows, place: Place, numbers: readonly number[]): MapCard[] {
  return numbers.flatMap((at) => {
    const [row] = run(rows, rowSql(rows, place, at));
    return row === undefined ? [] : [cardOf(rows, place, at, row)];
  });
}

function cardOf(rows: MapRows, place: Place, at: number, row: readonly SqlValue[]): MapCard {
  const { columns, keys, labelColumn, hrefOf } = rows;
  const valueIn = (column: string) => row[columns.indexOf(column)] ?? null;
  const key = keys.map(valueIn);
  const label = labelColumn === null ? null : valueIn(labelColumn);
  const unsaid = [labelColumn, ...(hrefOf === null ? [] : keys), ...Object.values(place)];
  return {
    at,
    title: label === null ? key.map(valueText).join(", ") || null : short(label),
    href: hrefOf?.(key) ?? null,
    values: columns
      .map((column, index) => ({ column, value: named(rows, column, row[index] ?? null) }))
      .filter(({ column, value }) => value !== null && value !== "" && !unsaid.includes(column))
      .slice(0, MOST_VALUES)
      .map(({ column, value }) => ({ column, value: short(value) })),
  };
}

function named(rows: MapRows, column: string, value: SqlValue): SqlValue {
  if (value === null) return null;
  return rows.labelsOf(column, [value])?.(value) ?? value;
}

function short(value: SqlValue): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  const text = valueText(value);
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`;
}
