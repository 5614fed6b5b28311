/** The page about the columns of a table: what is in each, and links to the rows. */
import type { ColumnSummary } from "../../../core/format/column-summary.ts";
import { realText, type SqlValue, valueText } from "../../../core/sqlite/values.ts";
import { findLabels } from "../../queries/labels.ts";
import { encodePairs, type Pair } from "../../query-string.ts";
import type { PageContext } from "../context.ts";
import { labelSource, type OpenTable } from "../open-table.ts";
import { columnSummaries } from "./column-summaries.ts";
import type { Bin, ColumnCard, ColumnsPage, CommonValue, RangeForm } from "./columns-page-type.ts";

export function columnsPage(context: PageContext, open: OpenTable): ColumnsPage {
  const { database, table } = open;
  const summary = columnSummaries(context, open);
  return {
    database: database.name,
    table: table.name,
    tableHref: filtered(context, open, [], []),
    sample: summary?.sample ?? null,
    columns: summary?.columns.map((column) => cardOf(context, open, column)) ?? null,
  };
}

function cardOf(context: PageContext, open: OpenTable, column: ColumnSummary): ColumnCard {
  const { name, kind, rows, missing, empty, distinct, range, lengths } = column;
  const { table, tableConfig } = open;
  return {
    ...{ name, kind, rows, missing, empty, distinct },
    type: table.columns.find((each) => each.name === name)?.type ?? "",
    description: tableConfig.columnDescriptions.get(name) ?? null,
    missingHref: filtered(context, open, [`${name}__isnull`], [[`${name}__isnull`, "1"]]),
    range:
      range === undefined
        ? null
        : { min: shown(range.min), median: shown(range.median), max: shown(range.max) },
    histogram: binsOf(context, open, column),
    values: valuesOf(context, open, column),
    lengths: lengths ?? null,
    form: range === undefined ? null : rangeForm(context, open, name),
  };
}

function binsOf(context: PageContext, open: OpenTable, column: ColumnSummary): Bin[] {
  const { name, histogram } = column;
  if (histogram === undefined) return [];
  const { edges, counts } = histogram;
  return counts.map((count, at) => {
    const [from, to] = [String(edges[at]), String(edges[at + 1])];
    const pairs: Pair[] = [
      [`${name}__gte`, from],
      [`${name}__lt`, to],
    ];
    return { from, to, count, href: filtered(context, open, rangeNames(name), pairs) };
  });
}

/** Foreign keys under the labels of what they refer to. */
function valuesOf(context: PageContext, open: OpenTable, column: ColumnSummary): CommonValue[] {
  const { name, values = [] } = column;
  const keys = values.map(([value]): SqlValue => asKey(value));
  const labels = findLabels(labelSource(context, open), open.table, name, keys);
  const filter = name.startsWith("_") || name.includes("__") ? `${name}__exact` : name;
  return values.map(([value, count], at) => {
    const key = keys[at]!;
    const text = valueText(key);
    const label = labels?.has(key)
      ? valueText(labels.get(key))
      : typeof value === "number"
        ? shown(value)
        : text;
    return {
      label,
      count,
      href: filtered(context, open, [filter, `${name}__exact`], [[filter, text]]),
    };
  });
}

function asKey(value: number | string): SqlValue {
  return typeof value === "number" && Number.isInteger(value) ? BigInt(value) : value;
}

function rangeForm(context: PageContext, open: OpenTable, name: string): RangeForm {
  const { args } = context.request;
  const field = (argument: string) => ({ name: argument, value: args.get(argument) ?? "" });
  const kept = args.pairsWithout(["_next", ...rangeNames(name)]);
  return {
    action: context.links.table(open.database.name, open.table.name),
    from: field(`${name}__gte`),
    to: field(`${name}__lte`),
    hiddenFields: kept.map(([argument, value]) => ({ name: argument, value })),
  };
}

function rangeNames(name: string): string[] {
  return ["gte", "gt", "lte", "lt"].map((operator) => `${name}__${operator}`);
}

/** The table with this page's filters, with some arguments replaced. */
function filtered(
  { links, request }: PageContext,
  { database, table }: OpenTable,
  replaced: readonly string[],
  pairs: readonly Pair[],
): string {
  const kept = request.args.pairsWithout(["_next", ...replaced]);
  return links.table(database.name, table.name, encodePairs([...kept, ...pairs]));
}

/** Of a time only the day. */
const LONGEST_DATE = 10;

/** A number as it is read: six digits are enough. */
function shown(value: number | string): string {
  if (typeof value === "string") return value.slice(0, LONGEST_DATE);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return value.toLocaleString("en");
  return realText(Number(value.toPrecision(6)));
}
