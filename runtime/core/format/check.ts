/**
 * Checks of data from outside (manifests, indexes, saved inspections), by hand: a schema library
 * would cost more of a cold start than the parsing does. Each takes the value and where it was
 * found ("databases[0].size"), and returns the value typed or throws an InvalidData.
 */

/** A document that does not have the form it should have; the message says where. */
export class InvalidData extends Error {
  override readonly name = "InvalidData";
}

export function asObject(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InvalidData(`${where} is not an object`);
  }
  return value as Record<string, unknown>;
}

export function asArray<T>(
  value: unknown,
  where: string,
  item: (value: unknown, where: string) => T,
): T[] {
  if (!Array.isArray(value)) throw new InvalidData(`${where} is not a list`);
  return value.map((each, i) => item(each, `${where}[${i}]`));
}

export function asString(value: unknown, where: string): string {
  if (typeof value !== "string") throw new InvalidData(`${where} is not a string`);
  return value;
}

export function asBoolean(value: unknown, where: string): boolean {
  if (typeof value !== "boolean") throw new InvalidData(`${where} is neither true nor false`);
  return value;
}

/** A whole number from 0 up. */
export function asCount(value: unknown, where: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    throw new InvalidData(`${where} is not a whole number`);
  }
  return value as number;
}

/** 64 hexadecimal digits, lower case: safe in a file name and in a key. */
export function asSha256(value: unknown, where: string): string {
  if (typeof value !== "string" || !/^[0-9a-f]{64}$/.test(value)) {
    throw new InvalidData(`${where} is not a SHA-256 in hexadecimal`);
  }
  return value;
}

export function asNull<T>(
  value: unknown,
  where: string,
  otherwise: (value: unknown, where: string) => T,
): T | null {
  return value === null ? null : otherwise(value, where);
}

export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidData(`${what} is not JSON: ${(error as Error).message}`);
  }
}
