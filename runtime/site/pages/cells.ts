import { tildeEncode } from "../../core/names.ts";
import { type SqlValue, valueText } from "../../core/sqlite/values.ts";
import { keyColumns } from "../queries/keyset.ts";
import { type Labels, OWN_LABELS } from "../queries/labels.ts";
import type { TextPart } from "../queries/search-parts.ts";
import type { PageContext } from "./context.ts";
import type { OpenTable } from "./open-table.ts";
import type { Cell, DisplayRows, ForeignKeyCell, ReferencedTable } from "./types.ts";

interface ShownColumn {
  name: string;
  /** Where its value is in a row. */
  index: number;
  reference: Reference | null;
}

/** A foreign key column whose values have labels. */
interface Reference {
  labels: Labels;
  table: ReferencedTable;
  /** Those made so far; null where it is quicker to make them anew. */
  cells: ReferenceCells | null;
}

/** The text of a cell with what was searched for told apart; null where nothing is. */
export type MarksOf = (row: number, column: string, text: string) => readonly TextPart[] | null;

type ReferenceCells = Map<SqlValue, ForeignKeyCell>;

/**
 * The cells made so far for labels, by the page of the table that they link to. Equal values are one
 * object on all pages, which saves making them, and their markup, again.
 */
const cellsMade = new WeakMap<Labels, Map<string, ReferenceCells>>();

function cellsFor(labels: Labels, tableHref: string): ReferenceCells | null {
  // Such labels are keys, of which hardly any is seen twice.
  if (labels === OWN_LABELS) return null;
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

/**
 * Rows of a table as a page shows them. What is shown is made when it is asked for: a page has
 * thousands of cells, and most are the values themselves.
 */
export class RowDisplay implements DisplayRows {
  readonly #context: PageContext;
  readonly #open: OpenTable;
  readonly #rows: readonly (readonly SqlValue[])[];
  readonly #keyIndexes: readonly number[];
  readonly #shown: readonly ShownColumn[];
  readonly #marksOf: MarksOf | null;

  /**
   * @param columns those of the rows
   * @param shown the columns to show, in order
   */
  constructor(
    context: PageContext,
    open: OpenTable,
    rows: readonly (readonly SqlValue[])[],
    columns: readonly string[],
    shown: readonly string[],
    labels: ReadonlyMap<string, Labels>,
    marksOf: MarksOf | null = null,
  ) {
    const { database, table } = open;
    this.#marksOf = marksOf;
    this.#context = context;
    this.#open = open;
    this.#rows = rows;
    this.#keyIndexes = keyColumns(table).map((key) => columns.indexOf(key));
    this.#shown = shown.map((name) => {
      const index = columns.indexOf(name);
      const known = labels.get(name);
      const target = table.foreignKeys.find(({ column }) => column === name)?.otherTable;
      if (known === undefined || target === undefined) return { name, index, reference: null };
      const href = context.links.table(database.name, target);
      const reference = {
        labels: known,
        table: { href, link: null },
        cells: cellsFor(known, href),
      };
      return { name, index, reference };
    });
  }

  get length(): number {
    return this.#rows.length;
  }

  get width(): number {
    return this.#shown.length;
  }

  get havePages(): boolean {
    return !this.#open.table.isView;
  }

  keyText(row: number): string {
    return this.#key(row, valueText);
  }

  path(row: number): string {
    return this.#key(row, (value) => encodedKey(value, valueText(value)));
  }

  cell(row: number, at: number): Cell {
    const { name, index, reference } = this.#shown[at]!;
    const value = this.#rows[row]![index] ?? null;
    if (value instanceof Uint8Array) {
      const { database, table } = this.#open;
      const href = this.#context.links.blob(database.name, table.name, this.path(row), name);
      return { kind: "blob", bytes: value, href };
    }
    if (reference !== null) return referenceCell(reference, value);
    if (this.#marksOf === null || typeof value !== "string") return value;
    const parts = this.#marksOf(row, name, value);
    return parts === null ? value : { kind: "marked", value, parts };
  }

  #key(row: number, text: (value: SqlValue) => string): string {
    const values = this.#rows[row]!;
    let key = "";
    for (let i = 0; i < this.#keyIndexes.length; i++) {
      if (i > 0) key += ",";
      key += text(values[this.#keyIndexes[i]!] ?? null);
    }
    return key;
  }
}

/** `text`, which is that of `value`, as a part of a path. */
function encodedKey(value: SqlValue, text: string): string {
  return typeof value === "bigint" ? text : tildeEncode(text);
}

function referenceCell({ labels, table, cells }: Reference, value: SqlValue): Cell {
  const known = cells?.get(value);
  if (known !== undefined) return known;
  const label = labels.find(value);
  if (label === undefined) return value;
  const key = valueText(value);
  const cell: ForeignKeyCell = {
    kind: "foreign-key",
    value,
    key,
    label,
    table,
    path: encodedKey(value, key),
    isShared: cells !== null,
    markup: null,
  };
  cells?.set(value, cell);
  return cell;
}
