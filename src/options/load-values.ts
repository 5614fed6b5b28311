/** Parsers for the option values that say how files become tables. */
import { InvalidArgumentError } from "commander";
import { InvalidData } from "../../runtime/core/format/check.ts";
import {
  asColumns,
  asColumnType,
  asDelimiter,
  asForeignKey,
} from "../../runtime/load/model/rule-values.ts";
import type { ForeignKey } from "../../runtime/load/model/rules.ts";
import type { ColumnType } from "../../runtime/load/types/cell.ts";

/** The type of a column, in capitals. */
export function columnType(column: string, text: string): readonly [string, ColumnType] {
  const mustBe = "It must be COLUMN=TYPE with INTEGER, REAL, TEXT or BLOB.";
  return [column, valid(() => asColumnType(text, ""), mustBe)];
}

/** "city_id=cities.id" or "city_id=cities". */
export function foreignKey(text: string): ForeignKey {
  const mustBe = "It must be COLUMN=TABLE or COLUMN=TABLE.COLUMN.";
  const [, column = "", target = ""] = /^(.+)=([^=]+)$/.exec(text) ?? [];
  if (column === "") throw new InvalidArgumentError(mustBe);
  return valid(() => asForeignKey(column, target, ""), mustBe);
}

/** "last,first" → ["last", "first"]. */
export function columnList(text: string): string[] {
  return valid(() => asColumns(text, ""), "It must be columns, separated by commas.");
}

/** One character; "tab" where a terminal makes one hard to type. */
export function delimiter(text: string): string {
  return valid(() => asDelimiter(text, ""), 'It must be one character, such as ";", or "tab".');
}

function valid<T>(read: () => T, mustBe: string): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidData) throw new InvalidArgumentError(mustBe);
    throw error;
  }
}
