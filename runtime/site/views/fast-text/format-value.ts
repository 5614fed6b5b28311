/** Values as their column's format shows them. */
import type { ColumnFormat } from "../../../core/config/config-types.ts";
import { valueText } from "../../../core/sqlite/values.ts";
import type { Cell } from "../../pages/types.ts";
import { escapeHtml } from "./escape.ts";

/** The markup of a cell, with the value itself as its title; null where the format does not fit the value. */
export type CellFormatter = (cell: Cell) => string | null;

/** The pages are in English. */
const LANGUAGE = "en";
const ISO_DATE = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/** Made once for a column: what is behind it takes longer than formatting a value. */
export function formatterOf(format: ColumnFormat): CellFormatter {
  const show = format.style === "date" ? dateText() : numberText(format);
  return (cell) => {
    if (cell === null || (typeof cell === "object" && !("value" in cell))) return null;
    // A key with a label is a name.
    if (typeof cell === "object") return null;
    const shown = show(cell);
    if (shown === null) return null;
    const exact = valueText(cell);
    return shown === exact
      ? escapeHtml(exact)
      : `<span title="${escapeHtml(exact)}">${escapeHtml(shown)}</span>`;
  };
}

type Shown = (value: bigint | number | string) => string | null;

function numberText({ style, currency, decimals, unit }: ColumnFormat): Shown {
  const digits =
    decimals === null ? {} : { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  const most = decimals === null && style !== "currency" ? { maximumFractionDigits: 6 } : {};
  const format = new Intl.NumberFormat(LANGUAGE, {
    style: style === "date" ? "decimal" : style === "number" ? "decimal" : style,
    ...(currency === null ? {} : { currency }),
    ...digits,
    ...most,
  });
  return (value) => {
    if (typeof value === "string") return null;
    if (typeof value === "number" && !Number.isFinite(value)) return null;
    return unit === null ? format.format(value) : `${format.format(value)} ${unit}`;
  };
}

/** Days as they are written; times are those of the value, wherever the reader is. */
function dateText(): Shown {
  const day = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium", timeZone: "UTC" });
  const time = new Intl.DateTimeFormat(LANGUAGE, {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: "UTC",
  });
  return (value) => {
    if (typeof value !== "string" || !ISO_DATE.test(value)) return null;
    const withoutZone = value.replace(/(?:Z|[+-]\d\d:?\d\d)$/, "").replace(" ", "T");
    const date = new Date(`${value.length > 10 ? withoutZone : `${value}T00:00`}Z`);
    if (Number.isNaN(date.getTime())) return null;
    return (value.length > 10 ? time : day).format(date).replaceAll("\u202f", " ");
  };
}
