/** One reading of a table's files: see `loadTable`. */
import type { Database } from "better-sqlite3";
import { LoadError } from "../model/load-error.ts";
import type { Row, TableReader } from "../model/table-reader.ts";
import type { Cell } from "../types/cell.ts";
import { type Column, type ColumnKind, REFUTED } from "../types/column.ts";
import type { RowProgress, TableTask } from "./load-table.ts";
import { sameKinds, TableColumns } from "./table-columns.ts";
import { TableWriter } from "./table-writer.ts";

/** Rows that the guess is made from: more would seldom change it, and they wait in memory. */
const SAMPLE_ROWS = 1000;

export interface Outcome {
  /** The table holds all rows, by these kinds. */
  fits: boolean;
  columns: Column[];
  kinds: ColumnKind[];
  rows: number;
}

type Converter = ReturnType<Column["converter"]>;

export class LoadPass {
  readonly #database: Database;
  readonly #task: TableTask;
  readonly #onProgress: RowProgress;
  #columns: TableColumns;
  /** Null while rows are sampled, and again when the guess was refuted. */
  #writer: TableWriter | null = null;
  #converters: Converter[] = [];
  #kinds: ColumnKind[] = [];
  #refuted = false;
  #sample: { reader: TableReader; rows: Row[] }[] = [];
  #sampled = 0;
  #rows = 0;
  /** Where the current reader's cells belong, by its columns; and for each of ours, where it is in a row. */
  #places: number[] = [];
  #order: number[] = [];
  #placesFor: TableReader | null = null;

  /** `known`: what another pass found out; null for the first. */
  constructor(database: Database, task: TableTask, known: Outcome | null, onProgress: RowProgress) {
    this.#database = database;
    this.#task = task;
    this.#onProgress = onProgress;
    this.#columns = new TableColumns((column) => task.rules.typeOf(column));
    if (known !== null) this.#create(known.columns, known.kinds);
  }

  async run(): Promise<Outcome> {
    for (const reader of this.#task.readers) {
      this.#placesFor = null;
      for await (const rows of reader.rows()) {
        if (this.#writer === null && !this.#refuted) this.#addSample(reader, rows);
        else this.#take(reader, rows);
        this.#onProgress(this.#rows + this.#sampled);
      }
      // A file without rows may have columns.
      this.#locate(reader);
    }
    if (this.#writer === null && !this.#refuted) this.#endSample();
    this.#writer?.flush();
    const { columns } = this.#columns;
    const kinds = this.#decide(this.#columns);
    const fits = !this.#refuted && sameKinds(kinds, this.#kinds);
    return { fits, columns, kinds, rows: this.#rows };
  }

  #addSample(reader: TableReader, rows: Row[]): void {
    this.#sample.push({ reader, rows });
    this.#sampled += rows.length;
    if (this.#sampled >= SAMPLE_ROWS) this.#endSample();
  }

  /** Guesses the kinds from the sample, creates the table, and goes on with the sample's rows. */
  #endSample(): void {
    const guess = new TableColumns((column) => this.#task.rules.typeOf(column));
    for (const { reader, rows } of this.#sample) {
      const places = guess.take(reader);
      for (const { cells } of rows) {
        for (let i = 0; i < cells.length; i++)
          guess.columns[places[i] as number]?.observe(cells[i]);
      }
    }
    for (const reader of this.#task.readers) guess.take(reader);
    this.#create(guess.columns, this.#decide(guess));
    const sample = this.#sample;
    this.#sample = [];
    this.#sampled = 0;
    for (const { reader, rows } of sample) this.#take(reader, rows);
  }

  #decide({ columns }: TableColumns): ColumnKind[] {
    const [reader, another] = this.#task.readers;
    return columns.map((column, i) => {
      const alone = another === undefined;
      return column.kind(alone && (reader?.isQuotedText?.(i, column.filled) ?? false));
    });
  }

  #create(columns: readonly Column[], kinds: ColumnKind[]): void {
    const { table, readers, rules } = this.#task;
    const names = columns.map(({ name }) => name);
    if (names.length === 0) throw noColumns(readers);
    this.#kinds = kinds;
    this.#placesFor = null;
    this.#writer = new TableWriter(this.#database, {
      table,
      columns: columns.map(({ name }, i) => ({ name, kind: kinds[i] as ColumnKind })),
      primaryKey: rules.primaryKey(names),
      foreignKeys: rules.foreignKeys(names),
      lastWins: rules.mode === "upsert",
    });
  }

  #take(reader: TableReader, rows: Row[]): void {
    this.#locate(reader);
    this.#rows += rows.length;
    for (const { cells, line } of rows) {
      const from = this.#writer === null ? 0 : this.#insert(cells, line);
      if (from < 0) continue;
      // Only looked at, from the cell that refuted the guess.
      const { columns } = this.#columns;
      for (let i = from; i < columns.length; i++)
        columns[i]?.observe(cells[this.#order[i] as number]);
    }
  }

  /** -1 when the row was inserted, else which column refuted the guess. */
  #insert(cells: Cell[], line: number | null): number {
    const writer = this.#writer as TableWriter;
    const { values } = writer;
    const converters = this.#converters;
    const order = this.#order;
    for (let i = 0; i < converters.length; i++) {
      const value = (converters[i] as Converter)(cells[order[i] as number]);
      if (value === REFUTED) {
        const column = this.#columns.columns[i] as Column;
        const forced = this.#task.rules.typeOf(column.name);
        if (forced !== null) throw unfit(column.name, forced, cells[order[i] as number], line);
        this.#refute();
        return i;
      }
      values.push(value);
    }
    writer.endRow(line);
    return -1;
  }

  #refute(): void {
    this.#refuted = true;
    this.#writer = null;
  }

  /** Keeps up with the columns of the reader, which may have become more. */
  #locate(reader: TableReader): void {
    if (this.#placesFor === reader && this.#places.length === reader.columns.length) return;
    this.#placesFor = reader;
    this.#places = this.#columns.take(reader);
    const { columns } = this.#columns;
    this.#order = columns.map((_, i) => this.#places.indexOf(i));
    if (this.#writer === null) return;
    if (columns.length > this.#kinds.length) {
      this.#refute();
      return;
    }
    this.#converters = this.#kinds.map((kind, i) => {
      // A column that only a later file has is NULL until then.
      const column = columns[i];
      return column === undefined ? () => null : column.converter(kind);
    });
  }
}

function noColumns(readers: TableReader[]): LoadError {
  const files = readers.map(({ file }) => file).join(", ");
  return new LoadError(
    "no_columns",
    `There are no columns in ${files}`,
    "check that the file is complete",
  );
}

function unfit(column: string, type: string, cell: Cell, line: number | null): LoadError {
  const text = String(cell);
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return new LoadError(
    "wrong_type",
    `Column ${column} should be ${type}, but it holds "${shown}"${line === null ? "" : ` in line ${line}`}`,
    `--type "${column}=TEXT", or correct the cell`,
    line === null ? {} : { line },
  );
}
