/** Parsers for the option values that say how files become tables. */
import { InvalidArgumentError } from "commander";
import type { ForeignKey } from "../../runtime/load/model/rules.ts";
import type { ColumnType } from "../../runtime/load/types/cell.ts";

const TYPES: readonly string[] = ["INTEGER", "REAL", "TEXT", "BLOB"] satisfies ColumnType[];

/** The type of a column, in capitals. */
export function columnType(column: string, text: string): readonly [string, ColumnType] {
  const type = text.toUpperCase();
  if (!TYPES.includes(type)) {
    throw new InvalidArgumentError("It must be COLUMN=TYPE with INTEGER, REAL, TEXT or BLOB.");
  }
  return [column, type as ColumnType];
}

/** "city_id=cities.id" or "city_id=cities". */
export function foreignKey(text: string): ForeignKey {
  const match = /^(.+)=([^=.]+)(?:\.([^=]+))?$/.exec(text);
  const [, column, table, targetColumn = null] = match ?? [];
  if (column === undefined || table === undefined) {
    throw new InvalidArgumentError("It must be COLUMN=TABLE or COLUMN=TABLE.COLUMN.");
  }
  return { column, table, targetColumn };
}

/** "last,first" → ["last", "first"]. */
export function columnList(text: string): string[] {
  const columns = text.split(",").map((column) => column.trim());
  if (columns.includes(""))
    throw new InvalidArgumentError("It must be columns, separated by commas.");
  return columns;
}

/** One character; "tab" where a terminal makes one hard to type. */
export function delimiter(text: string): string {
  const character = text === "tab" || text === "\\t" ? "\t" : text;
  if (character.length === 1 && !/["\r\n]/.test(character)) return character;
  throw new InvalidArgumentError('It must be one character, such as ";", or "tab".');
}
