/** Values of rules as people write them, on a command line or in a file. Each throws InvalidData. */
import { InvalidData } from "../../core/format/check.ts";
import type { ColumnType } from "../types/cell.ts";
import type { ForeignKey } from "./rules.ts";

const TYPES: readonly ColumnType[] = ["INTEGER", "REAL", "TEXT", "BLOB"];

/** "text" → "TEXT". */
export function asColumnType(text: string, where: string): ColumnType {
  const type = TYPES.find((each) => each === text.toUpperCase());
  if (type !== undefined) return type;
  throw new InvalidData(`${where} is none of ${TYPES.join(", ")}`);
}

/** "cities.id" or "cities", whose primary key is meant. */
export function asForeignKey(column: string, target: string, where: string): ForeignKey {
  const [, table, targetColumn = null] = /^([^=.]+)(?:\.([^=]+))?$/.exec(target) ?? [];
  if (table !== undefined) return { column, table, targetColumn };
  throw new InvalidData(`${where} is neither TABLE nor TABLE.COLUMN`);
}

/** "last,first" → ["last", "first"]. */
export function asColumns(text: string, where: string): string[] {
  const columns = text.split(",").map((column) => column.trim());
  if (!columns.includes("")) return columns;
  throw new InvalidData(`${where} is no list of columns, separated by commas`);
}

/** One character; "tab" where a terminal makes one hard to type. */
export function asDelimiter(text: string, where: string): string {
  const character = text === "tab" || text === "\\t" ? "\t" : text;
  if (character.length === 1 && !/["\r\n]/.test(character)) return character;
  throw new InvalidData(`${where} is not one character such as ";", or "tab"`);
}
