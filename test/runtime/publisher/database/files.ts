/** Databases for tests, and the directories they live in. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { onTestFinished } from "vitest";

/** A directory of its own for the running test, removed afterwards. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "dsl-test-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Makes a database with one table `item` of about `megabytes`, half of it random. */
export function makeDatabase(path: string, megabytes: number, journalMode = "delete"): void {
  const database = new Database(path);
  database.pragma("synchronous = off");
  database.pragma(`journal_mode = ${journalMode}`);
  database.exec("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, data BLOB)");
  const insert = database.prepare("INSERT INTO item (name, data) VALUES (?, ?)");
  database.transaction(() => {
    for (let row = 0; row < megabytes * 1000; row++) {
      insert.run(`item ${row} `.repeat(30), randomBytes(600));
    }
  })();
  database.close();
}

export function execute(path: string, sql: string): void {
  const database = new Database(path);
  database.exec(sql);
  database.close();
}
