/** Which rows go into which table. */
import { LoadError } from "./model/load-error.ts";
import { nameKey } from "./model/names.ts";
import type { LoadRules } from "./model/rules.ts";
import type { TableReader } from "./model/table-reader.ts";
import { TableRules } from "./model/table-rules.ts";
import type { ColumnType } from "./types/cell.ts";
import type { TableTask } from "./write/load-table.ts";

/**
 * One task a table: each reader has its own, or all one, if a rule says so. `existing` holds the types of
 * the target's tables by `nameKey` of table and column. Throws a LoadError for two tables of one name.
 */
export function planTables(
  readers: readonly TableReader[],
  rules: LoadRules,
  existing: ReadonlyMap<string, ReadonlyMap<string, ColumnType>>,
): TableTask[] {
  const tasks = new Map<string, TableTask>();
  for (const reader of readers) {
    const table = allowedName(rules.table ?? reader.name);
    const key = nameKey(table);
    const other = tasks.get(key);
    if (other === undefined) {
      tasks.set(key, {
        table,
        readers: [reader],
        rules: new TableRules(table, rules, existing.get(key)),
      });
    } else if (rules.table === undefined) {
      throw twice(table, other.readers[0]?.file ?? "", reader.file);
    } else {
      other.readers.push(reader);
    }
  }
  return [...tasks.values()];
}

/** SQLite keeps names that begin with "sqlite_" for itself. */
function allowedName(name: string): string {
  return /^sqlite_/i.test(name) ? `_${name}` : name;
}

function twice(table: string, first: string, second: string): LoadError {
  return new LoadError(
    "same_table",
    `${first} and ${second} would both become the table ${table}`,
    `rename one, or --table ${table} to put the rows of all files into it`,
    { exitCode: 2 },
  );
}
