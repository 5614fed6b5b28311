import Database from "better-sqlite3";

export interface SqliteVersions {
  version: string;
  /** Newest first. */
  fts_versions: string[];
  extensions: Record<string, unknown>;
  compile_options: string[];
}

let known: SqliteVersions | undefined;

/** What this SQLite is and can do; found out once. */
export function sqliteVersions(): SqliteVersions {
  if (known === undefined) {
    const database = new Database(":memory:");
    const list = (sql: string) => database.prepare(sql).pluck().all() as string[];
    const options = list("pragma compile_options");
    known = {
      version: list("select sqlite_version()")[0] ?? "",
      fts_versions: ["FTS5", "FTS4", "FTS3"].filter((fts) => options.includes(`ENABLE_${fts}`)),
      extensions: { json1: true },
      compile_options: options,
    };
    database.close();
  }
  return known;
}
