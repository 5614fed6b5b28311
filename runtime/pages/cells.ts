import { tildeEncode } from "../names.ts";
import { keyColumns, rowPath } from "../queries/keyset.ts";
import type { Labels } from "../queries/labels.ts";
import { type SqlValue, valueText } from "../values.ts";
import type { PageContext } from "./context.ts";
import type { OpenTable } from "./open-table.ts";
import type { Cell, DisplayRow } from "./types.ts";

interface ShownColumn {
  name: string;
  /** Where its value is in a row. */
  index: number;
  /** Labels of its values, and the page of the table they refer to; null for other columns. */
  reference: { labels: Labels; tableHref: string } | null;
}

/** Rows of a table as a page shows them. */
export class RowDisplay {
  readonly #context: PageContext;
  readonly #open: OpenTable;
  readonly #tableHref: string;
  readonly #keyIndexes: readonly number[];
  readonly #shown: readonly ShownColumn[];
  readonly #label: { index: number; labels: Labels | undefined } | null;

  /**
   * @param columns those of the rows
   * @param shown the columns to show, in order
   * @param labelColumn its values are the rows' labels
   */
  constructor(
    context: PageContext,
    open: OpenTable,
    columns: readonly string[],
    shown: readonly string[],
    labels: ReadonlyMap<string, Labels>,
    labelColumn: string | null,
  ) {
    const { database, table } = open;
    this.#context = context;
    this.#open = open;
    this.#tableHref = context.links.table(database.name, table.name);
    this.#keyIndexes = keyColumns(table).map((key) => columns.indexOf(key));
    this.#shown = shown.map((name) => {
      const known = labels.get(name);
      const target = table.foreignKeys.find(({ column }) => column === name)?.otherTable;
      const tableHref = context.links.table(database.name, target ?? "");
      return {
        name,
        index: columns.indexOf(name),
        reference: known && target !== undefined ? { labels: known, tableHref } : null,
      };
    });
    const labelIndex = labelColumn === null ? -1 : columns.indexOf(labelColumn);
    this.#label =
      labelIndex < 0 ? null : { index: labelIndex, labels: labels.get(labelColumn ?? "") };
  }

  row(values: readonly SqlValue[]): DisplayRow {
    const { isView } = this.#open.table;
    const key = this.#keyIndexes.map((index) => values[index] ?? null);
    const path = rowPath(key);
    return {
      href: isView ? null : `${this.#tableHref}/${path}`,
      keyText: isView ? null : key.map(valueText).join(","),
      label: this.#labelOf(values),
      cells: this.#shown.map((column) => this.#cell(column, values[column.index] ?? null, path)),
    };
  }

  #cell({ name, reference }: ShownColumn, value: SqlValue, path: string): Cell {
    if (value instanceof Uint8Array) {
      const { database, table } = this.#open;
      const href = this.#context.links.blob(database.name, table.name, path, name);
      return { kind: "blob", bytes: value, href };
    }
    if (!reference?.labels.has(value)) return value;
    const href = `${reference.tableHref}/${tildeEncode(valueText(value))}`;
    return { kind: "foreign-key", value, label: reference.labels.get(value), href };
  }

  #labelOf(values: readonly SqlValue[]): string | null {
    if (this.#label === null) return null;
    const { index, labels } = this.#label;
    const value = values[index] ?? null;
    if (value === null || value === "") return null;
    return valueText(labels?.has(value) ? labels.get(value) : value);
  }
}
