/** What differs between two versions of a site's databases: blocks, tables, columns, row counts. Pure. */
import type { TableInspection } from "../../runtime/core/format/inspection.ts";
import type { ManifestDatabase } from "../../runtime/core/format/manifest.ts";
import { formatBytes, formatCount } from "../../runtime/core/quantities.ts";

export interface DatabaseDifference {
  database: string;
  change: "new" | "removed" | "changed" | "unchanged";
  /** Bytes; null where there is none. */
  size: { before: number | null; after: number | null };
  /** Blocks of 1 MiB in the newer version, and how many of them the older one does not have. */
  blocks: number;
  newBlocks: number;
  /** Tables that came, went, or have another number of rows or other columns. */
  tables: TableDifference[];
}

export interface TableDifference {
  table: string;
  change: "new" | "removed" | "changed";
  /** null: there is none, or its rows were not counted. */
  rows: { before: number | null; after: number | null };
  columns: { added: string[]; removed: string[] };
}

/** `blocksOf` gives the SHA-256 of each block; those of a database that cannot be read are none. */
export function compareVersions(
  before: readonly ManifestDatabase[],
  after: readonly ManifestDatabase[],
  blocksOf: (database: ManifestDatabase) => readonly string[],
): DatabaseDifference[] {
  const names = new Set([...after, ...before].map(({ name }) => name));
  return [...names].map((name) => {
    const named = (database: ManifestDatabase) => database.name === name;
    return compare(name, before.find(named), after.find(named), blocksOf);
  });
}

function compare(
  database: string,
  before: ManifestDatabase | undefined,
  after: ManifestDatabase | undefined,
  blocksOf: (database: ManifestDatabase) => readonly string[],
): DatabaseDifference {
  const blocks = after === undefined ? [] : blocksOf(after);
  const known = new Set(before === undefined ? [] : blocksOf(before));
  return {
    database,
    change: changeOf(before?.sha256, after?.sha256),
    size: { before: before?.size ?? null, after: after?.size ?? null },
    blocks: blocks.length,
    newBlocks: blocks.filter((block) => !known.has(block)).length,
    tables: compareTables(visible(before), visible(after)),
  };
}

function changeOf(before: string | undefined, after: string | undefined) {
  if (before === undefined) return "new";
  if (after === undefined) return "removed";
  return before === after ? "unchanged" : "changed";
}

/** Tables of full-text indexes and the like follow from the others. */
function visible(database: ManifestDatabase | undefined): TableInspection[] {
  return (database?.inspection.tables ?? []).filter(({ hidden }) => !hidden);
}

function compareTables(before: TableInspection[], after: TableInspection[]): TableDifference[] {
  const names = [...new Set([...before, ...after].map(({ name }) => name))].sort();
  return names.flatMap((name) => {
    const old = before.find((table) => table.name === name);
    const now = after.find((table) => table.name === name);
    const [had, has] = [old?.columns ?? [], now?.columns ?? []];
    const columns = {
      added: old === undefined ? [] : has.filter((column) => !had.includes(column)),
      removed: now === undefined ? [] : had.filter((column) => !has.includes(column)),
    };
    const change = old === undefined ? "new" : now === undefined ? "removed" : "changed";
    const isSame =
      change === "changed" &&
      old?.count === now?.count &&
      columns.added.length + columns.removed.length === 0;
    const rows = { before: old?.count ?? null, after: now?.count ?? null };
    return isSame ? [] : [{ table: name, change, rows, columns }];
  });
}

/** One line for the database, and an indented one for each of its tables; none where nothing changed. */
export function describeDifference(difference: DatabaseDifference): string[] {
  const { database, change, size, blocks, newBlocks, tables } = difference;
  const lines = tables.map((table) => `  ${describeTable(table)}`);
  switch (change) {
    case "unchanged":
      return [];
    case "new":
      return [
        `+ ${database}: ${formatBytes(size.after ?? 0)} in ${formatCount(blocks, "block")}`,
        ...lines,
      ];
    case "removed":
      return [`- ${database}: ${formatBytes(size.before ?? 0)}`, ...lines];
    case "changed": {
      const sizes =
        size.before === size.after
          ? formatBytes(size.after ?? 0)
          : `${formatBytes(size.before ?? 0)} → ${formatBytes(size.after ?? 0)}`;
      const same = "  the same tables, columns and numbers of rows; what is in the rows differs";
      return [
        `~ ${database}: ${newBlocks} of ${formatCount(blocks, "block")} changed, ${sizes}`,
        ...(lines.length === 0 ? [same] : lines),
      ];
    }
  }
}

function describeTable({ table, change, rows, columns }: TableDifference): string {
  if (change === "new") return `+ ${table}: ${countOf(rows.after)}`;
  if (change === "removed") return `- ${table}: ${countOf(rows.before)}`;
  const count =
    rows.before === rows.after
      ? countOf(rows.after)
      : `${rows.before?.toLocaleString("en-US") ?? "?"} → ${countOf(rows.after)}`;
  const changed = [
    ...columns.added.map((column) => `+${column}`),
    ...columns.removed.map((column) => `-${column}`),
  ];
  return `~ ${table}: ${[count, ...changed].join(", ")}`;
}

function countOf(rows: number | null): string {
  return rows === null ? "rows not counted" : formatCount(rows, "row");
}
