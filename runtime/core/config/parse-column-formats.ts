import { ConfigError } from "./config-error.ts";
import { type ColumnFormat, FORMAT_STYLES } from "./config-types.ts";
import { describe, isObject, Reader } from "./reader.ts";

/** Of numbers: https://tc39.es/ecma402/#sec-setnfdigitoptions allows more, which nobody reads. */
const MOST_DECIMALS = 12;

/** `column_formats`: of each column a style, or an object with `style` and what belongs to it. */
export function parseColumnFormats(formats: Reader): Map<string, ColumnFormat> {
  return new Map(
    Object.entries(formats.value).map(([column, value]) => [
      column,
      parseFormat(formats.at(column), value),
    ]),
  );
}

function parseFormat(path: string, value: unknown): ColumnFormat {
  const reader = new Reader(
    path,
    typeof value === "string" ? { style: value } : asObject(path, value),
  );
  reader.allowOnly(["style", "currency", "decimals", "unit"]);
  const named = reader.string("style") ?? "number";
  const style = FORMAT_STYLES.find((each) => each === named);
  if (style === undefined) {
    throw new ConfigError(
      reader.at("style"),
      `expected one of ${FORMAT_STYLES.join(", ")}, got "${named}"`,
    );
  }
  const currency = reader.string("currency");
  if ((style === "currency") !== (currency !== null)) {
    throw new ConfigError(
      reader.at("currency"),
      style === "currency"
        ? "a currency needs its code, such as EUR"
        : "only the style currency has one",
    );
  }
  if (currency !== null && !/^[A-Z]{3}$/.test(currency)) {
    throw new ConfigError(
      reader.at("currency"),
      `expected a code of three letters such as EUR, got "${currency}"`,
    );
  }
  return { style, currency, decimals: decimalsOf(reader), unit: reader.string("unit") };
}

function asObject(path: string, value: unknown): Record<string, unknown> {
  if (isObject(value)) return value;
  throw new ConfigError(path, `expected a style or an object, got ${describe(value)}`);
}

function decimalsOf(reader: Reader): number | null {
  const { decimals } = reader.value;
  if (decimals === undefined || decimals === null) return null;
  const isCount = typeof decimals === "number" && Number.isInteger(decimals);
  if (isCount && decimals >= 0 && decimals <= MOST_DECIMALS) return decimals;
  throw new ConfigError(
    reader.at("decimals"),
    `expected a whole number from 0 to ${MOST_DECIMALS}, got ${describe(decimals)}`,
  );
}
