/**
 * Files of any format → tables of a SQLite database. The same for the command and in Lambda.
 *
 * Everything is loaded into a new database beside the target first. Where the target does not exist,
 * that becomes it; otherwise its tables go into the target in one transaction. So whoever is killed
 * leaves the target as it was. The same files with the same rules give the same bytes.
 */
import { rmSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import Database from "better-sqlite3";
import { clock } from "../core/clock.ts";
import { LoadError } from "./model/load-error.ts";
import { nameKey } from "./model/names.ts";
import type { LoadReport, TableReport } from "./model/report.ts";
import type { LoadRules } from "./model/rules.ts";
import { checkRuleColumns } from "./model/table-rules.ts";
import { planTables } from "./plan-tables.ts";
import { openSources, type SourceFile } from "./sources.ts";
import { copyDatabase } from "./write/copy-database.ts";
import { addIndexes } from "./write/indexes.ts";
import { loadTable } from "./write/load-table.ts";
import { putInPlace } from "./write/put-in-place.ts";
import { targetTypes } from "./write/target-database.ts";

export interface LoadProgress {
  /** The table that is being loaded. */
  table: string;
  /** Its rows so far. */
  rows: number;
}

/** Pages of the new database that are kept in memory, in kB. */
const CACHE_KB = 32_000;

/**
 * Loads `files` into the database at `target`, which is made if need be; its folder takes temporary
 * files. Throws a LoadError; the target is then as it was.
 */
export async function convert(
  files: readonly SourceFile[],
  rules: LoadRules,
  target: string,
  onProgress: (progress: LoadProgress) => void = () => {},
): Promise<LoadReport> {
  const started = clock();
  const folder = await mkdtemp(join(dirname(target), `.${basename(target)}-load-`));
  // Ctrl-C ends the process without coming back here.
  const tidy = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", tidy);
  try {
    const bytesRead = await totalSize(files);
    const scratch = join(folder, "new.db");
    const { tables, warnings } = await loadAll(
      files,
      rules,
      { target, scratch, folder },
      onProgress,
    );
    const changed = await putInPlace(scratch, target, tables, rules);
    const milliseconds = Math.round(clock() - started);
    return { tables, warnings, changed, bytesRead, milliseconds };
  } finally {
    process.off("exit", tidy);
    await rm(folder, { recursive: true, force: true });
  }
}

async function loadAll(
  files: readonly SourceFile[],
  rules: LoadRules,
  { target, scratch, folder }: { target: string; scratch: string; folder: string },
  onProgress: (progress: LoadProgress) => void,
): Promise<{ tables: TableReport[]; warnings: string[] }> {
  const sources = await openSources(files, rules, folder);
  const database = openScratch(scratch);
  try {
    const addsRows = rules.mode === "append" || rules.mode === "upsert";
    const tasks = planTables(sources.tables, rules, addsRows ? targetTypes(target) : new Map());
    const tables: TableReport[] = [];
    const { warnings } = sources;
    for (const source of sources.databases) {
      const copied = copyDatabase(database, source, rules.mode ?? "replace");
      tables.push(...copied.tables);
      warnings.push(...copied.warnings);
    }
    for (const task of tasks) {
      const { table } = task;
      tables.push(await loadTable(database, task, (rows) => onProgress({ table, rows })));
    }
    checkRuleColumns(tables, rules);
    checkForeignTables(tables, rules, target);
    database.exec("BEGIN");
    addIndexes(database, tables, rules);
    database.exec("COMMIT");
    return { tables, warnings };
  } finally {
    database.close();
    sources.close();
  }
}

/** Throws a LoadError for a foreign key to a table that is neither loaded nor there already. */
function checkForeignTables(tables: TableReport[], rules: LoadRules, target: string): void {
  const wanted = rules.foreignKeys ?? [];
  if (wanted.length === 0) return;
  const known = new Set([
    ...tables.map(({ table }) => nameKey(table)),
    ...targetTypes(target).keys(),
  ]);
  const missing = wanted.find(({ table }) => !known.has(nameKey(table)));
  if (missing === undefined) return;
  throw new LoadError(
    "no_such_table",
    `There is no table ${missing.table} that ${missing.column} could refer to`,
    "load that table, too, or before this one",
    { exitCode: 2 },
  );
}

/** Nobody else sees it, and after a crash it is thrown away: it need not be safe, only fast. */
function openScratch(path: string): Database.Database {
  const database = new Database(path);
  database.pragma("journal_mode = MEMORY");
  database.pragma("synchronous = OFF");
  // Tables may refer to tables that come later, or that only the target has.
  database.pragma("foreign_keys = OFF");
  database.pragma("locking_mode = EXCLUSIVE");
  database.pragma(`cache_size = -${CACHE_KB}`);
  return database;
}

async function totalSize(files: readonly SourceFile[]): Promise<number> {
  const sizes = await Promise.all(files.map(async ({ path }) => (await stat(path)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
