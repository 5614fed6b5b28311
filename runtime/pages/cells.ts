import { tildeEncode } from "../names.ts";
import { keyColumns, rowPath } from "../queries/keyset.ts";
import type { Labels } from "../queries/labels.ts";
import { type SqlValue, valueText } from "../values.ts";
import type { PageContext } from "./context.ts";
import type { OpenTable } from "./open-table.ts";
import type { Cell, DisplayRow } from "./types.ts";

/** Rows of a table as a page shows them. */
export class RowDisplay {
  readonly #context: PageContext;
  readonly #open: OpenTable;
  readonly #columns: readonly string[];
  readonly #keyIndexes: readonly number[];
  readonly #cellIndexes: readonly number[];
  readonly #labels: ReadonlyMap<string, Labels>;
  readonly #labelIndex: number;
  readonly #references: ReadonlyMap<string, string>;

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
    this.#context = context;
    this.#open = open;
    this.#columns = columns;
    this.#keyIndexes = keyColumns(open.table).map((key) => columns.indexOf(key));
    this.#cellIndexes = shown.map((column) => columns.indexOf(column));
    this.#labels = labels;
    this.#labelIndex = labelColumn === null ? -1 : columns.indexOf(labelColumn);
    this.#references = new Map(
      open.table.foreignKeys.map(({ column, otherTable }) => [column, otherTable]),
    );
  }

  row(values: readonly SqlValue[]): DisplayRow {
    const { database, table } = this.#open;
    const key = this.#keyIndexes.map((index) => values[index] ?? null);
    const path = rowPath(key);
    return {
      href: table.isView ? null : this.#context.links.row(database.name, table.name, path),
      keyText: table.isView ? null : key.map(valueText).join(","),
      label: this.#labelOf(values),
      cells: this.#cellIndexes.map((index) =>
        this.#cell(this.#columns[index]!, values[index] ?? null, path),
      ),
    };
  }

  #cell(column: string, value: SqlValue, path: string): Cell {
    const { links } = this.#context;
    const database = this.#open.database.name;
    if (value instanceof Uint8Array) {
      const href = links.blob(database, this.#open.table.name, path, column);
      return { kind: "blob", bytes: value, href };
    }
    const labels = this.#labels.get(column);
    const target = this.#references.get(column);
    if (target === undefined || !labels?.has(value)) return value;
    const href = links.row(database, target, tildeEncode(valueText(value)));
    return { kind: "foreign-key", value, label: labels.get(value), href };
  }

  #labelOf(values: readonly SqlValue[]): string | null {
    const value = this.#labelIndex < 0 ? null : (values[this.#labelIndex] ?? null);
    if (value === null || value === "") return null;
    const labels = this.#labels.get(this.#columns[this.#labelIndex]!);
    return valueText(labels?.has(value) ? labels.get(value) : value);
  }
}
