/**
 * A process that writes to a database all the time: `node writer.ts <path> <journal mode>`.
 * Each transaction moves an amount from one account to another and notes it, so that in every
 * committed state the balances add up to 0 and `note` has as many rows as `state.moves` says.
 * With a third argument "crash" it stops, killed, in the middle of its tenth transaction.
 */
import Database from "better-sqlite3";

const [path = "", mode = "wal", end] = process.argv.slice(2);
const database = new Database(path, { timeout: 30_000 });
database.pragma(`journal_mode = ${mode}`);
if (end === "crash") database.pragma("cache_size = 10");
database.exec(`
  CREATE TABLE IF NOT EXISTS account (id INTEGER PRIMARY KEY, balance INTEGER);
  CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, text TEXT);
  CREATE TABLE IF NOT EXISTS state (moves INTEGER);
  INSERT INTO account SELECT value, 0 FROM json_each('[1,2,3,4,5,6,7,8]') WHERE NOT EXISTS (SELECT 1 FROM account);
  INSERT INTO state SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM state);
`);
const move = database.prepare("UPDATE account SET balance = balance + ? WHERE id = ?");
const note = database.prepare("INSERT INTO note (text) VALUES (hex(randomblob(2000)))");
const count = database.prepare("UPDATE state SET moves = moves + 1");

process.stdout.write("writing\n");
for (let moves = 1; ; moves++) {
  database.exec("BEGIN IMMEDIATE");
  move.run(moves, 1 + (moves % 8));
  note.run();
  if (end === "crash" && moves === 10) {
    // More than the page cache holds, so that half a transaction is in the file.
    for (let i = 0; i < 500; i++) note.run();
    process.kill(process.pid, "SIGKILL");
  }
  move.run(-moves, 1 + ((moves + 3) % 8));
  count.run();
  database.exec("COMMIT");
}
