import { changedCells } from "../../../core/btree/changed-cells.ts";
import type { RowChange } from "../../../core/btree/compare-tables.ts";
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
    return { change, key: keys, cells: Object.fromEntries(changedCells(columns, before, after)) };
  }
  const values = after === null ? named(columns.before, before!) : named(columns.after, after);
  return { change, key: keys, row: values };
}

function named(names: readonly string[], values: readonly SqlValue[]): object {
  return Object.fromEntries(names.map((name, at) => [name, values[at] ?? null]));
}
