/** Indexes and full-text search, after the rows are there: filling them at once is faster. */
import type { Database } from "better-sqlite3";
import { quoteAlways } from "../../core/names.ts";
import { LoadError } from "../model/load-error.ts";
import { nameKey } from "../model/names.ts";
import type { TableReport } from "../model/report.ts";
import type { LoadRules } from "../model/rules.ts";
import { TableRules } from "../model/table-rules.ts";

/** "auto" searches tables up to this size: beyond it the index costs more than most sites want to carry. */
const AUTO_SEARCH_ROWS = 100_000;

/**
 * Makes what the rules ask for and is not there yet, and fills full-text indexes with the rows of now.
 * Names are those that sqlite-utils gives.
 */
export function addIndexes(
  database: Database,
  tables: readonly TableReport[],
  rules: LoadRules,
): void {
  for (const report of tables) {
    const tableRules = new TableRules(report.table, rules);
    const names = report.columns.map(({ name }) => name);
    for (const columns of tableRules.indexes(names)) {
      const index = `idx_${[report.table, ...columns].join("_").replace(/[^\p{L}\p{N}_]+/gu, "_")}`;
      database.exec(
        `CREATE INDEX IF NOT EXISTS ${quoteAlways(index)} ON ${quoteAlways(report.table)} (${list(columns)})`,
      );
    }
    const searched =
      rules.fullTextSearch === "auto" ? textColumns(report) : tableRules.searched(names);
    if (searched.length > 0) addFullTextSearch(database, report.table, searched);
  }
}

function textColumns({ rows, columns }: TableReport): string[] {
  if (rows > AUTO_SEARCH_ROWS) return [];
  return columns.filter(({ type, dates }) => type === "TEXT" && !dates).map(({ name }) => name);
}

/** An FTS5 table beside the table, which holds the index and no copy of the text. */
function addFullTextSearch(database: Database, table: string, columns: string[]): void {
  const name = `${table}_fts`;
  const there = database
    .prepare("SELECT type, sql FROM sqlite_schema WHERE name = ? COLLATE NOCASE")
    .get(name) as { sql: string | null } | undefined;
  const create = `CREATE VIRTUAL TABLE ${quoteAlways(name)} USING fts5(\n    ${list(columns)},\n    content=${quoteAlways(table)}\n)`;
  if (there !== undefined && !/using\s+fts5/i.test(there.sql ?? "")) {
    throw new LoadError(
      "name_taken",
      `${name}, which full-text search of ${table} needs, is another table`,
      "rename that table, or leave --fts out",
    );
  }
  if (there !== undefined && there.sql !== create) database.exec(`DROP TABLE ${quoteAlways(name)}`);
  if (there?.sql !== create) database.exec(create);
  database.exec(`INSERT INTO ${quoteAlways(name)} (${quoteAlways(name)}) VALUES ('rebuild')`);
}

/** Search indexes that look their text up in these tables are filled anew with the rows of now. */
export function refreshSearch(database: Database, tables: readonly TableReport[]): void {
  const indexes = database
    .prepare(
      "SELECT name, sql FROM main.sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%USING fts%'",
    )
    .all() as { name: string; sql: string }[];
  for (const { name, sql } of indexes) {
    // The table's name stands there plain or in any of the quotes that SQLite knows.
    const content = /content\s*=\s*(?:"([^"]+)"|\[([^\]]+)\]|'([^']+)'|(\w+))/i.exec(sql)?.slice(1);
    const table = nameKey(content?.find((found) => found !== undefined) ?? "");
    if (!tables.some((changed) => nameKey(changed.table) === table)) continue;
    const quoted = quoteAlways(name);
    database.exec(`INSERT INTO main.${quoted} (${quoted}) VALUES ('rebuild')`);
  }
}

function list(columns: readonly string[]): string {
  return columns.map(quoteAlways).join(", ");
}
