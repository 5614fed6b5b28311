/** Parsers for the option values that say how files become tables. */
import { InvalidArgumentError } from "commander";
import type { ForeignKey } from "../../runtime/load/model/rules.ts";
import type { ColumnType } from "../../runtime/load/types/cell.ts";

const TYPES: readonly string[] = ["INTEGER", "REAL", "TEXT", "BLOB"] satisfies ColumnType[];

/** "zip=TEXT" → {zip: "TEXT"}; a column's name may contain "=". */
export function columnType(
  text: string,
  previous: Record<string, ColumnType> = {},
): Record<string, ColumnType> {
  const divider = text.lastIndexOf("=");
  const type = text.slice(divider + 1).toUpperCase();
  if (divider < 1 || !TYPES.includes(type)) {
    throw new InvalidArgumentError("It must be COLUMN=TYPE with INTEGER, REAL, TEXT or BLOB.");
  }
  return { ...previous, [text.slice(0, divider)]: type as ColumnType };
}

/** "city_id=cities.id" or "city_id=cities". */
export function foreignKey(text: string, previous: ForeignKey[] = []): ForeignKey[] {
  const match = /^(.+)=([^=.]+)(?:\.([^=]+))?$/.exec(text);
  const [, column, table, targetColumn = null] = match ?? [];
  if (column === undefined || table === undefined) {
    throw new InvalidArgumentError("It must be COLUMN=TABLE or COLUMN=TABLE.COLUMN.");
  }
  return [...previous, { column, table, targetColumn }];
}

/** "last,first" → ["last", "first"]. */
export function columnList(text: string, previous: string[][] = []): string[][] {
  const columns = text.split(",").map((column) => column.trim());
  if (columns.includes(""))
    throw new InvalidArgumentError("It must be columns, separated by commas.");
  return [...previous, columns];
}

/** One character; "tab" where a terminal makes one hard to type. */
export function delimiter(text: string): string {
  const character = text === "tab" || text === "\\t" ? "\t" : text;
  if (character.length === 1 && !/["\r\n]/.test(character)) return character;
  throw new InvalidArgumentError('It must be one character, such as ";", or "tab".');
}
