/** A database, and SQL of transactions that change it in all kinds of ways. */
import Database from "better-sqlite3";
import fc from "fast-check";

export const SECRET = "deleted-secret";

export const SCHEMA = `
  create table item (id integer primary key, name text, note blob);
  create index item_name on item (name);
  create table pair (a text, b, primary key (a)) without rowid;
`;

/** SQL of one transaction, of all kinds that change pages in their own way. */
export const change = fc.oneof(
  fc.integer({ min: 1, max: 30 }).map(
    (n) => `
    with recursive i(n) as (select 1 union all select n + 1 from i where n < ${n})
    insert into item (name, note) select 'name ' || random(), zeroblob(n * 40) from i`,
  ),
  fc.integer({ min: 1, max: 40_000 }).map(
    (size) => `
    insert into item (name, note) values ('${SECRET}', replace(hex(zeroblob(${size} / 14)), '00', '${SECRET}'))`,
  ),
  fc.constant(`delete from item where name = '${SECRET}'`),
  fc.integer({ min: 2, max: 5 }).map((n) => `delete from item where id % ${n} = 0`),
  // As many bytes as before: SQLite writes over the pages of a long value and nothing else.
  fc.constant("update item set note = zeroblob(length(note)) where id % 3 = 0"),
  fc.constant("update item set name = 'other ' || id where id % 2 = 0"),
  fc.integer({ min: 1, max: 9 }).map(
    (n) => `
    insert or replace into pair select name || ${n}, note from item where id % ${n} = 0`,
  ),
  fc.constant("delete from pair where a > 'name 5'"),
  fc.constant("create table if not exists extra (id integer primary key, x)"),
  fc.constant("drop table if exists extra"),
  fc.constant("create index if not exists item_note on item (note)"),
  fc.constant("drop index if exists item_note"),
  fc.constant("alter table pair add column c default 5"),
);

/** Runs it; what cannot be done at present is left. */
export function run(database: Database.Database, sql: string): void {
  try {
    database.exec(sql);
  } catch (error) {
    // The column is there already; a reader is in the way of a vacuum.
    if (!(error instanceof Database.SqliteError)) throw error;
    if (database.inTransaction) database.exec("rollback");
  }
}
