import Database from "better-sqlite3";

/** A database of about `megabytes`: a table with an index and full-text search over a part of it. */
export function fillBenchDatabase(path: string, megabytes: number): void {
  const rows = megabytes * 2_200;
  const database = new Database(path);
  database.exec(`
    pragma journal_mode = off;
    pragma synchronous = off;
    create table data (id integer primary key, text text, part integer);
    with recursive counter(i) as (select 1 union all select i + 1 from counter where i < ${rows})
    insert into data
      select i, printf('%d %s %s', i, hex(randomblob(120)), hex(zeroblob(60))), i * 7919 % ${rows / 100}
      from counter;
    create index data_part on data (part);
    create virtual table search using fts5 (text, content='');
    insert into search (rowid, text)
      select id, printf('w%d w%d w%d', id % 1000, id % 313, id) from data;
    insert into search (search) values ('optimize');
  `);
  database.close();
}

/** By what a visitor asks for. */
export const QUERIES = {
  "first page of the table": "select * from data limit 101",
  "a row": "select * from data where id = (select max(id) / 2 from data)",
  "full-text search": "select rowid from search('w17') order by rank limit 20",
  "index, then 100 scattered rows": "select * from data where part = 17 limit 100",
  "count(*)": "select count(*) from data",
  "all rows": "select sum(length(text)) from data",
};
