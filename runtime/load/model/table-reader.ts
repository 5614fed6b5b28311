/** What every format is turned into before it goes to SQLite: tables that can be read from the start, more than once. */
import type { Cell } from "../types/cell.ts";

export interface Row {
  cells: Cell[];
  /** Where it is in the file, from 1: a line, or a row of a sheet; null where nobody could look it up. */
  line: number | null;
}

export interface TableReader {
  /** What the table is called unless a rule says otherwise. */
  name: string;
  /** As the user knows the file, for messages. */
  file: string;
  /** How the file was understood, for the report: "CSV, semicolons, windows-1252". */
  format: string;
  /** Cells are text whose type is to be found out, as in CSV. */
  untyped: boolean;
  /**
   * What is known of the columns: as the file names them, perhaps twice the same or "". Grows at its
   * end while rows are read, always before the first row that has the cell.
   */
  columns: string[];
  /** What is odd about the file, filled while rows are read. */
  warnings: string[];
  /**
   * All rows, in pieces. Throws a LoadError for what cannot be read, ReadAgain when the caller has to
   * begin anew.
   */
  rows(): AsyncIterable<Row[]>;
  /** Of formats with quotes: whether all filled cells of the column had some and others had none. */
  isQuotedText?(column: number, filled: number): boolean;
}
