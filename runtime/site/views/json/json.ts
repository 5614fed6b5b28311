import { integerText, realText, type SqlValue } from "../../../core/sqlite/values.ts";

/** Text that is JSON already. */
export class RawJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * JSON of plain data: like `JSON.stringify`, but bigints are integers and `RawJson` is taken as it is.
 */
export function toJson(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${value.map(toJson).join(",")}]`;
  let members = "";
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    members += `${members === "" ? "" : ","}${JSON.stringify(name)}:${toJson(member)}`;
  }
  return `{${members}}`;
}

/** How infinite REALs appear: JSON has no word for them, Python's has. */
export type InfinityForm = "null" | "Infinity";

/** JSON of one value: a REAL with its decimal point, a BLOB in Datasette's `$base64` form. */
export function valueJson(value: SqlValue, infinity: InfinityForm = "null"): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return integerText(value);
  if (value === null) return "null";
  if (typeof value === "number") {
    if (Number.isFinite(value)) return realText(value);
    if (infinity === "null" || Number.isNaN(value)) return "null";
    return value > 0 ? "Infinity" : "-Infinity";
  }
  return `{"$base64":true,"encoded":"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64")}"}`;
}

export function rawValue(value: SqlValue): RawJson {
  return new RawJson(valueJson(value));
}

/** Parameters of a statement. */
export function parametersJson(parameters: Readonly<Record<string, SqlValue>>): RawJson {
  const members = Object.entries(parameters).map(
    ([name, value]) => `${JSON.stringify(name)}:${valueJson(value)}`,
  );
  return new RawJson(`{${members.join(",")}}`);
}
