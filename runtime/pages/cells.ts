import { tildeEncode } from "../names.ts";
import { keyColumns } from "../queries/keyset.ts";
import type { Labels } from "../queries/labels.ts";
import { type SqlValue, valueText } from "../values.ts";
import type { PageContext } from "./context.ts";
import type { OpenTable } from "./open-table.ts";
import type { Cell, DisplayRow, ForeignKeyCell } from "./types.ts";

interface ShownColumn {
  name: string;
  /** Where its value is in a row. */
  index: number;
  reference: Reference | null;
}

/** A foreign key column whose values have labels. */
interface Reference {
  labels: Labels;
  /** The page of the table they refer to. */
  tableHref: string;
  /** The cells made so far: values repeat, and equal ones are the same object. */
  cells: Map<SqlValue, ForeignKeyCell>;
}

/** Rows of a table as a page shows them. */
export class RowDisplay {
  readonly #context: PageContext;
  readonly #open: OpenTable;
  readonly #tableHref: string;
  readonly #keyIndexes: readonly number[];
  readonly #shown: readonly ShownColumn[];

  /**
   * @param columns those of the rows
   * @param shown the columns to show, in order
   */
  constructor(
    context: PageContext,
    open: OpenTable,
    columns: readonly string[],
    shown: readonly string[],
    labels: ReadonlyMap<string, Labels>,
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
        reference:
          known && target !== undefined ? { labels: known, tableHref, cells: new Map() } : null,
      };
    });
  }

  row(values: readonly SqlValue[]): DisplayRow {
    const { isView } = this.#open.table;
    const keys = this.#keyIndexes.map((index) => valueText(values[index] ?? null));
    const path = keys.map(tildeEncode).join(",");
    return {
      href: isView ? null : `${this.#tableHref}/${path}`,
      keyText: isView ? null : keys.join(","),
      cells: this.#shown.map((column) => this.#cell(column, values[column.index] ?? null, path)),
    };
  }

  #cell({ name, reference }: ShownColumn, value: SqlValue, path: string): Cell {
    if (value instanceof Uint8Array) {
      const { database, table } = this.#open;
      const href = this.#context.links.blob(database.name, table.name, path, name);
      return { kind: "blob", bytes: value, href };
    }
    return reference === null ? value : referenceCell(reference, value);
  }
}

function referenceCell({ labels, tableHref, cells }: Reference, value: SqlValue): Cell {
  const known = cells.get(value);
  if (known !== undefined) return known;
  const label = labels.find(value);
  if (label === undefined) return value;
  const href = `${tableHref}/${tildeEncode(valueText(value))}`;
  const cell: ForeignKeyCell = { kind: "foreign-key", value, label, href };
  cells.set(value, cell);
  return cell;
}
