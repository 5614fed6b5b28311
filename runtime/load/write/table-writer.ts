/** Creates a table and fills it: many rows a statement, which is more than twice as fast as one. */
import type { Database, Statement } from "better-sqlite3";
import { quoteAlways } from "../../core/names.ts";
import { LoadError } from "../model/load-error.ts";
import { nameKey } from "../model/names.ts";
import type { ForeignKey } from "../model/rules.ts";
import type { Value } from "../types/cell.ts";
import type { ColumnKind } from "../types/column.ts";

/** Values a statement: more gains nothing. SQLite's limit is 32,766. */
const VALUES = 500;

export interface TableDesign {
  table: string;
  columns: { name: string; kind: ColumnKind }[];
  /** Names of columns. */
  primaryKey: string[];
  foreignKeys: ForeignKey[];
  /** The last of several rows with the same primary key stays. */
  lastWins: boolean;
}

export class TableWriter {
  readonly #database: Database;
  readonly #design: TableDesign;
  readonly #rowsAtOnce: number;
  readonly #many: Statement;
  readonly #one: Statement;
  readonly #keyPlaces: number[];
  #values: Value[] = [];
  #lines: (number | null)[] = [];

  constructor(database: Database, design: TableDesign) {
    this.#database = database;
    this.#design = design;
    database.exec(createTable(design));
    this.#rowsAtOnce = Math.max(1, Math.floor(VALUES / design.columns.length));
    this.#many = this.#insert(this.#rowsAtOnce);
    this.#one = this.#insert(1);
    this.#keyPlaces = design.primaryKey.map((key) =>
      design.columns.findIndex(({ name }) => nameKey(name) === nameKey(key)),
    );
  }

  #insert(rows: number): Statement {
    const { table, columns, lastWins } = this.#design;
    const row = `(${columns.map(() => "?").join(",")})`;
    const verb = lastWins ? "INSERT OR REPLACE" : "INSERT";
    return this.#database.prepare(
      `${verb} INTO ${quoteAlways(table)} VALUES ${Array(rows).fill(row).join(",")}`,
    );
  }

  /** Values of the next row, to be filled by the caller before `endRow`: a row costs no array of its own. */
  get values(): Value[] {
    return this.#values;
  }

  /** Ends the row whose values were pushed. Throws a LoadError for a primary key that cannot be. */
  endRow(line: number | null): void {
    this.#lines.push(line);
    if (this.#lines.length < this.#rowsAtOnce) return;
    if (this.#keyPlaces.length > 0) this.#checkKeys();
    this.#run(() => this.#many.run(this.#values));
    this.#clear();
  }

  /** Writes what is still waiting. */
  flush(): void {
    if (this.#keyPlaces.length > 0) this.#checkKeys();
    this.#oneByOne();
    this.#clear();
  }

  #clear(): void {
    this.#values.length = 0;
    this.#lines.length = 0;
  }

  #run(insert: () => unknown): void {
    try {
      insert();
    } catch (error) {
      if (!isConstraint(error)) throw error;
      // Which row it was is found by inserting them one by one.
      this.#oneByOne();
    }
  }

  #oneByOne(): void {
    const width = this.#design.columns.length;
    for (let row = 0; row < this.#lines.length; row++) {
      const values = this.#values.slice(row * width, (row + 1) * width);
      try {
        this.#one.run(values);
      } catch (error) {
        if (!isConstraint(error)) throw error;
        throw this.#duplicate(values, this.#lines[row] ?? null, error);
      }
    }
  }

  /** SQLite would make up a number where an INTEGER PRIMARY KEY is NULL. */
  #checkKeys(): void {
    const width = this.#design.columns.length;
    for (let row = 0; row < this.#lines.length; row++) {
      for (const [i, place] of this.#keyPlaces.entries()) {
        const value = this.#values[row * width + place];
        if (value !== null && value !== "") continue;
        const line = this.#lines[row];
        throw new LoadError(
          "empty_key",
          `Column ${this.#design.primaryKey[i]} of ${this.#design.table} is the primary key and empty${where(line)}`,
          "choose another --pk, or fill the cell",
          line == null ? {} : { line },
        );
      }
    }
  }

  #duplicate(values: Value[], line: number | null, cause: unknown): LoadError {
    const { primaryKey, table } = this.#design;
    const key = this.#keyPlaces.map((place, i) => `${primaryKey[i]} = ${values[place]}`);
    return new LoadError(
      "duplicate_key",
      `The primary key ${key.join(", ")} of ${table} is there a second time${where(line)}`,
      "choose another --pk, or --upsert to keep the last of such rows",
      line === null ? { cause } : { cause, line },
    );
  }
}

function where(line: number | null | undefined): string {
  return line == null ? "" : ` in line ${line}`;
}

function isConstraint(error: unknown): boolean {
  return String((error as { code?: unknown }).code ?? "").startsWith("SQLITE_CONSTRAINT");
}

/** In the layout that sqlite-utils writes, for people who read `.schema`. */
export function createTable({ table, columns, primaryKey, foreignKeys }: TableDesign): string {
  const isKey = (name: string) => primaryKey.some((key) => nameKey(key) === nameKey(name));
  const lines = columns.map(({ name, kind }) => {
    const key = primaryKey.length === 1 && isKey(name) ? " PRIMARY KEY" : "";
    const foreign = foreignKeys.find(({ column }) => nameKey(column) === nameKey(name));
    const target = foreign?.targetColumn == null ? "" : `(${quoteAlways(foreign.targetColumn)})`;
    const references = foreign ? ` REFERENCES ${quoteAlways(foreign.table)}${target}` : "";
    return `   ${quoteAlways(name)} ${kind.type}${key}${references}`;
  });
  if (primaryKey.length > 1) {
    lines.push(`   PRIMARY KEY (${primaryKey.map(quoteAlways).join(", ")})`);
  }
  return `CREATE TABLE ${quoteAlways(table)} (\n${lines.join(",\n")}\n)`;
}
