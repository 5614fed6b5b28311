/** From the new database beside the target into the target. */
import { createReadStream } from "node:fs";
import { rename, stat } from "node:fs/promises";
import type Database from "better-sqlite3";
import type { TableReport } from "../model/report.ts";
import type { LoadRules } from "../model/rules.ts";
import { addIndexes, refreshSearch } from "./indexes.ts";
import { mergeTable } from "./merge-table.ts";
import { explainTarget, hasContent, openTarget } from "./target-database.ts";

/**
 * Makes the new database the target where nothing of that would be lost, and else brings its tables into
 * the target in one transaction. Returns whether anything changed: what is the same already is not
 * written. Throws a LoadError; the target is then as it was.
 */
export async function putInPlace(
  fresh: string,
  target: string,
  tables: readonly TableReport[],
  rules: LoadRules,
): Promise<boolean> {
  if (hasContent(target)) {
    const addsRows = tables.some(({ mode }) => mode !== "replace");
    if (addsRows || !holdsAllOf(fresh, target)) return merge(fresh, target, tables, rules);
    if (await sameBytes(fresh, target)) return false;
  }
  await rename(fresh, target);
  return true;
}

/** Every table, index, view and trigger of the target is one of the new database, too, and nobody writes to it. */
function holdsAllOf(fresh: string, target: string): boolean {
  const database = openTarget(target);
  try {
    if (database.pragma("journal_mode", { simple: true }) === "wal") return false;
    database.prepare("ATTACH ? AS fresh").run(fresh);
    const lost = database
      .prepare(
        "SELECT count(*) FROM (SELECT name FROM main.sqlite_schema EXCEPT SELECT name FROM fresh.sqlite_schema)",
      )
      .pluck()
      .get();
    return lost === 0;
  } finally {
    database.close();
  }
}

async function sameBytes(a: string, b: string): Promise<boolean> {
  if ((await stat(a)).size !== (await stat(b)).size) return false;
  const options = { highWaterMark: 1024 * 1024 };
  const other = createReadStream(b, options)[Symbol.asyncIterator]();
  for await (const piece of createReadStream(a, options)) {
    const { value, done } = await other.next();
    if (done || !(piece as Buffer).equals(value as Buffer)) return false;
  }
  return true;
}

function merge(
  fresh: string,
  target: string,
  tables: readonly TableReport[],
  rules: LoadRules,
): boolean {
  const database = openTarget(target);
  try {
    database.pragma("foreign_keys = OFF");
    database.prepare("ATTACH ? AS fresh").run(fresh);
    database.exec("BEGIN IMMEDIATE");
    const before = stateOf(database);
    const changed = tables.filter((table) => mergeTable(database, table, rules));
    refreshSearch(database, changed);
    addMissingIndexes(database, tables, changed, rules);
    const isChanged = stateOf(database) !== before;
    database.exec(isChanged ? "COMMIT" : "ROLLBACK");
    return isChanged;
  } catch (error) {
    if (database.inTransaction) database.exec("ROLLBACK");
    throw explainTarget(error, target);
  } finally {
    database.close();
  }
}

/** Tables that did not change need new indexes at most, and no new full-text index if they have one. */
function addMissingIndexes(
  database: Database.Database,
  tables: readonly TableReport[],
  changed: readonly TableReport[],
  rules: LoadRules,
): void {
  addIndexes(database, changed, rules);
  const others = tables.filter((table) => !changed.includes(table));
  const hasSearch = database.prepare(
    "SELECT 1 FROM main.sqlite_schema WHERE name = ? COLLATE NOCASE",
  );
  const unsearched = others.filter(({ table }) => hasSearch.get(`${table}_fts`) === undefined);
  addIndexes(database, unsearched, rules);
}

function stateOf(database: Database.Database): string {
  const [{ changes }] = database.prepare("SELECT total_changes() AS changes").all() as [
    { changes: number },
  ];
  return `${changes} ${database.pragma("main.schema_version", { simple: true })}`;
}
