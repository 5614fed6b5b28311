import { isSame, type RowChange } from "../../../core/btree/compare-tables.ts";
import type { SqlValue } from "../../../core/sqlite/values.ts";
import type { ChangesPage } from "../../pages/changes/changes-page.ts";

export function changesJson(page: ChangesPage): object {
  const { columns, rows, stopped } = page;
  return {
    ok: true,
    database: page.database,
    table: page.table,
    from: page.from,
    to: page.to,
    from_published_at: page.fromPublishedAt,
    to_published_at: page.toPublishedAt,
    primary_keys: page.primaryKey,
    columns_added: columns.after.filter((name) => !columns.before.includes(name)),
    columns_removed: columns.before.filter((name) => !columns.after.includes(name)),
    counts: page.counts,
    complete: stopped === null,
    stopped,
    rows: rows.map((row) => rowJson(page, row)),
  };
}

function rowJson({ primaryKey, columns }: ChangesPage, row: RowChange): object {
  const { change, key, before, after } = row;
  const keys = named(primaryKey, key);
  if (before !== null && after !== null) {
    return { change, key: keys, cells: Object.fromEntries(cells(columns, before, after)) };
  }
  const values = after === null ? named(columns.before, before!) : named(columns.after, after);
  return { change, key: keys, row: values };
}

function named(names: readonly string[], values: readonly SqlValue[]): object {
  return Object.fromEntries(names.map((name, at) => [name, values[at] ?? null]));
}

/** The cells that are not the same, of the columns that both have. */
export function cells(
  columns: ChangesPage["columns"],
  before: readonly SqlValue[],
  after: readonly SqlValue[],
): [name: string, cell: { before: SqlValue; after: SqlValue }][] {
  return columns.after.flatMap((name, at) => {
    const was = columns.before.indexOf(name);
    const cell = { before: before[was] ?? null, after: after[at] ?? null };
    return was < 0 || isSame(cell.before, cell.after) ? [] : [[name, cell]];
  });
}
