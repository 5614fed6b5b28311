/** The columns of the table that is being loaded, as one or more files show them. */
import { LoadError } from "../model/load-error.ts";
import { nameKey, uniqueNames } from "../model/names.ts";
import type { TableReader } from "../model/table-reader.ts";
import type { ColumnType } from "../types/cell.ts";
import { Column, type ColumnKind } from "../types/column.ts";

/** SQLite's limit on the columns of a table: https://www.sqlite.org/limits.html */
export const MAX_COLUMNS = 2000;

export class TableColumns {
  readonly columns: Column[] = [];
  readonly #byName = new Map<string, number>();
  readonly #forced: (column: string) => ColumnType | null;

  /** `forced` says which type a user wants for a column, null for none. */
  constructor(forced: (column: string) => ColumnType | null) {
    this.#forced = forced;
  }

  /**
   * Where each column of a file is in this table; columns that are new are added. Throws a LoadError
   * beyond SQLite's limit.
   */
  take(reader: TableReader): number[] {
    if (reader.columns.length > MAX_COLUMNS) throw tooMany(reader);
    const places = uniqueNames(reader.columns).map((name) => {
      const known = this.#byName.get(nameKey(name));
      if (known !== undefined) return known;
      this.#byName.set(nameKey(name), this.columns.length);
      return this.columns.push(new Column(name, reader.untyped, this.#forced(name))) - 1;
    });
    if (this.columns.length > MAX_COLUMNS) throw tooMany(reader);
    return places;
  }
}

function tooMany({ file, columns, name }: TableReader): LoadError {
  return new LoadError(
    "too_many_columns",
    `${name} in ${file} has ${columns.length} columns or more, and a table in SQLite has at most ${MAX_COLUMNS}`,
    "turn columns into rows (name, value), or check that the delimiter is right",
  );
}

export function sameKinds(a: readonly ColumnKind[], b: readonly ColumnKind[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ type, dates }, i) => type === b[i]?.type && dates === b[i]?.dates)
  );
}
