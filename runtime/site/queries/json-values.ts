import type { SqlValue } from "../../core/sqlite/values.ts";

/** A list of JSON values as SQL values; null when the text is not such a list. */
export function parseJsonValues(text: string): SqlValue[] | null {
  let list: unknown;
  try {
    list = parseExactJson(text);
  } catch {
    return null;
  }
  if (!Array.isArray(list)) return null;
  const values: SqlValue[] = [];
  for (const item of list) {
    const value = asSqlValue(item);
    if (value === undefined) return null;
    values.push(value);
  }
  return values;
}

/** undefined for lists and objects. Numbers written as integers are INTEGER. */
export function asSqlValue(value: unknown): SqlValue | undefined {
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (value === null || typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint") return value;
  return undefined;
}

/**
 * JSON with integers as bigint (where SQLite can hold them) and other numbers as number.
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { source: string }) => {
    if (typeof value !== "number" || !/^-?\d+$/.test(context?.source ?? "")) return value;
    const integer = BigInt(context?.source ?? "0");
    return integer === BigInt.asIntN(64, integer) ? integer : value;
  });
}
