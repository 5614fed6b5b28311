/** A statement that nothing interrupts, in a process of its own: `node stuck-program.ts [AFTER MS]`. */
import Database from "better-sqlite3";
import { loadGuard } from "../../../runtime/core/sqlite/guard.ts";
import { guardFile } from "../../../src/paths.ts";

const [after] = process.argv.slice(2).map(Number);
const db = new Database(":memory:");
const guard = loadGuard(db, guardFile());
const until = Date.now() + 1500;
db.function("stuck", () => {
  while (Date.now() < until);
  return 1;
});
guard.lock({ stuckMs: after });
try {
  guard.run(50, () => db.prepare("select stuck() from (select 1)").all());
} catch {}
