/** What the values of a column are like: made when a database is published, or when a page asks for it. */

export type ColumnKind = "number" | "date" | "text" | "blob" | "empty";

export interface TableSummary {
  name: string;
  /** Rows that were looked at; null: all of them. */
  sample: number | null;
  columns: ColumnSummary[];
}

export interface ColumnSummary {
  name: string;
  kind: ColumnKind;
  /** Of the rows that were looked at: those with NULL and with an empty text. */
  missing: number;
  empty: number;
  /** Rows that were looked at. */
  rows: number;
  /** Different values that are not NULL; of BLOBs 0. */
  distinct: number;
  /** Of numbers and dates (ISO 8601, as they are written). */
  range?: { min: number | string; median: number | string; max: number | string };
  /** Of numbers and dates: so many values from each edge on, to the next one, which does not belong to it. */
  histogram?: { edges: (number | string)[]; counts: number[] };
  /** The commonest values and how often each is there; left out where all are different. */
  values?: [value: number | string, count: number][];
  /** The shortest and the longest text, in characters. */
  lengths?: { min: number; max: number };
}

/**
 * Characters of what one database may add to the manifest, which every new environment reads: there they
 * are one text, which is looked into when a page asks for it.
 */
const MOST_CHARACTERS = 48_000;

/** As many tables as fit, the first ones first; null for none. */
export function encodeSummaries(tables: readonly TableSummary[]): string | null {
  for (let count = tables.length; count > 0; count = Math.floor(count / 2)) {
    const json = JSON.stringify(tables.slice(0, count));
    const text = zlib().brotliCompressSync(json).toString("base64");
    if (text.length <= MOST_CHARACTERS) return text;
  }
  return null;
}

/** None where the text is not what `encodeSummaries` wrote. */
export function decodeSummaries(text: string | null): TableSummary[] {
  if (text === null) return [];
  try {
    const json = zlib().brotliDecompressSync(Buffer.from(text, "base64"), { maxOutputLength: 4e6 });
    return JSON.parse(json.toString());
  } catch {
    return [];
  }
}

/** Loaded when it is needed: a cold start does not need it. */
function zlib(): typeof import("node:zlib") {
  return process.getBuiltinModule("node:zlib");
}
