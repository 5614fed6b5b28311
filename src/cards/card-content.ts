/** What a card says: pure, from what publishing knows of a database. Text that the font cannot show is left out. */
import type { Metadata } from "../../runtime/core/config/config-types.ts";
import type { ColumnSummary, TableSummary } from "../../runtime/core/format/column-summary.ts";
import type { TableInspection } from "../../runtime/core/format/inspection.ts";
import { formatCount } from "../../runtime/core/quantities.ts";
import { spelled } from "./measure.ts";

export interface CardContent {
  /** The site, and for a table its database. */
  place: string[];
  title: string;
  /** "4,200 rows · 12 columns" */
  facts: string;
  description: string | null;
  /** Columns of a table, tables of a database. */
  names: string[];
  chart: CardChart | null;
}

/** How many rows there are of each of some groups. */
export interface CardChart {
  title: string;
  /** `values`: one bar below the other with its label. `bins`: side by side, with labels at both ends. */
  kind: "values" | "bins";
  bars: { label: string; count: number }[];
}

/** Names that are considered for a list. */
const MOST_NAMES = 40;
/** A histogram says more than this many bars alone. */
const FEWEST_BINS = 4;
/** Groups that are told apart at a glance. */
const MOST_VALUES = 6;
/** Characters of a group's name: longer ones are sentences, of which a card shows the beginning only. */
const LONGEST_VALUE = 24;
/** So much of a column may be missing. */
const MOST_MISSING = 0.5;

/** Of the front page: only what its owner wrote; null without a title that can be shown. */
export function siteContent(metadata: Metadata): CardContent | null {
  const title = spelled(metadata.title ?? "");
  if (title === null) return null;
  return {
    place: [],
    title,
    facts: spelled(metadata.source ?? "") ?? "",
    description: spelled(metadata.description ?? ""),
    names: [],
    chart: null,
  };
}

/** null: its name cannot be shown. `tables` are those that visitors see. */
export function databaseContent(
  site: string | null,
  name: string,
  metadata: Metadata,
  tables: readonly TableInspection[],
): CardContent | null {
  const title = spelled(metadata.title || name);
  if (title === null) return null;
  const counts = tables.map(({ count }) => count);
  const rows = counts.includes(null)
    ? null
    : counts.reduce((sum: number, count) => sum + count!, 0);
  return {
    place: spelledAll([site]),
    title,
    facts: [
      formatCount(tables.length, "table"),
      ...(rows === null ? [] : [formatCount(rows, "row")]),
    ].join(" · "),
    description: spelled(metadata.description ?? ""),
    names: spelledAll(tables.map((table) => table.name)),
    chart: rows === null ? null : tablesChart(tables),
  };
}

function tablesChart(tables: readonly TableInspection[]): CardChart | null {
  const bars = tables
    .flatMap(({ name, count }) => {
      const label = spelled(name);
      return label === null || count === null ? [] : [{ label, count }];
    })
    .sort((one, other) => other.count - one.count)
    .slice(0, MOST_VALUES);
  if (bars.length < 2 || bars[0]!.count === 0) return null;
  return { title: "Rows by table", kind: "values", bars };
}

/** null: its name cannot be shown. */
export function tableContent(
  site: string | null,
  database: string,
  { name, count, columns, primaryKeys, foreignKeys }: TableInspection,
  metadata: Metadata,
  summary: TableSummary | null,
): CardContent | null {
  const title = spelled(metadata.title || name);
  if (title === null) return null;
  const keys = new Set([...primaryKeys, ...foreignKeys.map(({ column }) => column)]);
  return {
    place: spelledAll([site, database]),
    title,
    facts: [
      ...(count === null ? [] : [formatCount(count, "row")]),
      formatCount(columns.length, "column"),
    ].join(" · "),
    description: spelled(metadata.description ?? ""),
    names: spelledAll(columns),
    chart: summary === null ? null : chartOf(summary, keys),
  };
}

function spelledAll(names: readonly (string | null)[]): string[] {
  return names.flatMap((name) => spelled(name ?? "") ?? []).slice(0, MOST_NAMES);
}

/** Groups first, then times, then numbers: what says most to somebody who does not know the table. */
function chartOf({ columns, sample }: TableSummary, keys: ReadonlySet<string>): CardChart | null {
  const usable = columns.filter(
    ({ name, missing, empty, rows }) =>
      !keys.has(name) && spelled(name) !== null && missing + empty <= MOST_MISSING * rows,
  );
  const of = sample === null ? "Rows" : "Rows of a sample";
  for (const draw of [valuesChart, datesChart, numbersChart]) {
    for (const column of usable) {
      const chart = draw(column);
      if (chart !== null) return { ...chart, title: `${of} by ${spelled(column.name)}` };
    }
  }
  return null;
}

type Untitled = Omit<CardChart, "title">;

function valuesChart({ kind, values = [], distinct, rows }: ColumnSummary): Untitled | null {
  // With as many values as rows, or nearly, the commonest ones say nothing.
  if (kind !== "text" || distinct < 2 || distinct > rows / 3) return null;
  const bars = values.slice(0, MOST_VALUES).flatMap(([value, count]) => {
    const label = spelled(String(value));
    return label === null || label.length > LONGEST_VALUE ? [] : [{ label, count }];
  });
  return bars.length < Math.min(distinct, MOST_VALUES, values.length) || bars.length < 2
    ? null
    : { kind: "values", bars };
}

function datesChart(column: ColumnSummary): Untitled | null {
  return column.kind === "date" ? binsChart(column) : null;
}

/** Positions are for maps. */
function numbersChart(column: ColumnSummary): Untitled | null {
  const isPosition = /(^|_)(lat|latitude|lon|lng|long|longitude)$/i.test(column.name);
  return column.kind === "number" && !isPosition ? binsChart(column) : null;
}

function binsChart({ histogram }: ColumnSummary): Untitled | null {
  if (histogram === undefined || histogram.counts.length < FEWEST_BINS) return null;
  const bars = histogram.counts.map((count, at) => ({
    label: edgeText(histogram.edges[at]!),
    count,
  }));
  const end = histogram.edges.at(-1)!;
  return { kind: "bins", bars: [...bars, { label: edgeText(end), count: 0 }] };
}

/** Whole numbers such as years are written as they are. */
function edgeText(edge: number | string): string {
  if (typeof edge === "string") return edge.slice(0, 10);
  if (Number.isInteger(edge) && Math.abs(edge) < 10_000) return String(edge);
  return edge.toLocaleString("en-US", { maximumSignificantDigits: 4 });
}
