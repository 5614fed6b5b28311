import Database from "better-sqlite3";
import { type Guard, loadGuard } from "../../../runtime/core/sqlite/guard.ts";
import { guardFile } from "../../../src/paths.ts";

/** A statement that ends only when it is stopped. */
export const ENDLESS =
  "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n";

export interface Guarded {
  db: Database.Database;
  guard: Guard;
  /** Prepares and runs SQL under the guard, with time enough. */
  all(sql: string): unknown[];
}

/** A database in memory, or the file `path`, set up with `setUp` and then locked. */
export function openGuarded(setUp = "", path = ":memory:"): Guarded {
  const db = new Database(path);
  const guard = loadGuard(db, guardFile());
  if (setUp !== "") db.exec(setUp);
  guard.lock();
  const all = (sql: string) =>
    guard.run(60_000, () => {
      const statement = db.prepare(sql);
      return statement.reader ? statement.all() : [statement.run()];
    });
  return { db, guard, all };
}
