/** The rules as they concern one table: columns may be named "column" or "table.column". */

import type { ColumnType } from "../types/cell.ts";
import { LoadError } from "./load-error.ts";
import { nameKey } from "./names.ts";
import type { TableReport } from "./report.ts";
import type { ForeignKey, LoadMode, LoadRules } from "./rules.ts";

export class TableRules {
  readonly table: string;
  readonly #rules: LoadRules;
  /** Types of the table where it is there already and rows are added to it. */
  readonly #existing: ReadonlyMap<string, ColumnType>;

  /** `existing`: by `nameKey`. */
  constructor(
    table: string,
    rules: LoadRules,
    existing: ReadonlyMap<string, ColumnType> = new Map(),
  ) {
    this.table = table;
    this.#rules = rules;
    this.#existing = existing;
  }

  get mode(): LoadMode {
    return this.#rules.mode ?? "replace";
  }

  /** The type that a column must have; null to find it out. */
  typeOf(column: string): ColumnType | null {
    const types = this.#rules.types ?? {};
    for (const [name, type] of Object.entries(types)) if (this.#means(name, column)) return type;
    return this.#existing.get(nameKey(column)) ?? null;
  }

  /** The primary key, as far as the table has its columns; each as the table spells it. */
  primaryKey(columns: readonly string[]): string[] {
    return this.#resolve(this.#rules.primaryKey ?? [], columns);
  }

  foreignKeys(columns: readonly string[]): ForeignKey[] {
    return (this.#rules.foreignKeys ?? []).flatMap((key) =>
      this.#resolve([key.column], columns).map((column) => ({ ...key, column })),
    );
  }

  /** Lists of columns of which the table has all. */
  indexes(columns: readonly string[]): string[][] {
    return (this.#rules.indexes ?? [])
      .map((index) => ({ index, found: this.#resolve(index, columns) }))
      .filter(({ index, found }) => found.length === index.length)
      .map(({ found }) => found);
  }

  /** Columns named for full-text search. */
  searched(columns: readonly string[]): string[] {
    const { fullTextSearch = [] } = this.#rules;
    return fullTextSearch === "auto" ? [] : this.#resolve(fullTextSearch, columns);
  }

  #resolve(names: readonly string[], columns: readonly string[]): string[] {
    return names.flatMap((name) => columns.filter((column) => this.#means(name, column)));
  }

  #means(name: string, column: string): boolean {
    const key = nameKey(name);
    return key === nameKey(column) || key === nameKey(`${this.table}.${column}`);
  }
}

/** Throws a LoadError for a column that a rule names and no table has. */
export function checkRuleColumns(tables: readonly TableReport[], rules: LoadRules): void {
  const {
    primaryKey = [],
    types = {},
    foreignKeys = [],
    fullTextSearch = [],
    indexes = [],
  } = rules;
  const named = [
    ...primaryKey,
    ...Object.keys(types),
    ...foreignKeys.map(({ column }) => column),
    ...(fullTextSearch === "auto" ? [] : fullTextSearch),
    ...indexes.flat(),
  ];
  const known = new Set(
    tables.flatMap(({ table, columns }) =>
      columns.flatMap(({ name }) => [nameKey(name), nameKey(`${table}.${name}`)]),
    ),
  );
  const missing = named.find((name) => !known.has(nameKey(name)));
  if (missing === undefined) return;
  const names = tables.flatMap(({ columns }) => columns.map(({ name }) => name));
  const more = names.length > 20 ? ` … (${names.length} in all)` : "";
  throw new LoadError(
    "no_such_column",
    `There is no column ${missing} in ${tables.map(({ table }) => table).join(", ")}`,
    `one of: ${names.slice(0, 20).join(", ")}${more}`,
    { exitCode: 2 },
  );
}
