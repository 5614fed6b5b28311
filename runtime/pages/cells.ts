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
  cells: ReferenceCells;
}

type ReferenceCells = Map<SqlValue, ForeignKeyCell>;

/**
 * The cells made so far for labels, by the page of the table that they link to. Equal values are one
 * object on all pages, which saves making them, and their markup, again.
 */
const cellsMade = new WeakMap<Labels, Map<string, ReferenceCells>>();

function cellsFor(labels: Labels, tableHref: string): ReferenceCells {
  let byHref = cellsMade.get(labels);
  if (byHref === undefined) {
    byHref = new Map();
    cellsMade.set(labels, byHref);
  }
  let cells = byHref.get(tableHref);
  if (cells === undefined) {
    cells = new Map();
    byHref.set(tableHref, cells);
  }
  return cells;
}

/** Rows of a table as a page shows them. */
export class RowDisplay {
  readonly #context: PageContext;
  readonly #open: OpenTable;
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
    this.#keyIndexes = keyColumns(table).map((key) => columns.indexOf(key));
    this.#shown = shown.map((name) => {
      const index = columns.indexOf(name);
      const known = labels.get(name);
      const target = table.foreignKeys.find(({ column }) => column === name)?.otherTable;
      if (known === undefined || target === undefined) return { name, index, reference: null };
      const tableHref = context.links.table(database.name, target);
      const cells = cellsFor(known, tableHref);
      return { name, index, reference: { labels: known, tableHref, cells } };
    });
  }

  row(values: readonly SqlValue[]): DisplayRow {
    const { isView } = this.#open.table;
    const keys = this.#keyIndexes.map((index) => valueText(values[index] ?? null));
    const path = keys.map(tildeEncode).join(",");
    return {
      path: isView ? null : path,
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
