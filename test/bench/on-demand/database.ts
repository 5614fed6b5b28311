import Database from "better-sqlite3";

/** A database of about `megabytes`: a table with an index and full-text search over a part of it. */
export function fillBenchDatabase(path: string, megabytes: number): void {
  const rows = megabytes * 2_200;
  const database = new Database(path);
  database.exec(`
    pragma journal_mode = off;
    pragma synchronous = off;
    pragma cache_size = -200000;
    create table data (id integer primary key, words text, text text, part integer);
    with recursive counter(i) as (select 1 union all select i + 1 from counter where i < ${rows})
    insert into data
      select i, printf('w%d w%d w%d', i % 1000, i % 313, i),
        hex(randomblob(120)) || hex(zeroblob(60)), i * 7919 % ${rows / 100}
      from counter;
    create index data_part on data (part);
    create virtual table search using fts5 (words, content="data", content_rowid="id");
    insert into search (search) values ('rebuild');
    insert into search (search) values ('optimize');
  `);
  database.close();
}

export function countRows(path: string): number {
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare<[], number>("select max(id) from data").pluck().get()!;
  } finally {
    database.close();
  }
}

/** The `nth` hundredth of the rows, all in one place, as an append or a correction is. */
export function changeBenchDatabase(path: string, nth: number): void {
  const database = new Database(path);
  const hundredth = "(select max(id) / 100 from data)";
  database.exec(
    `update data set text = lower(text) where id > ${nth} * ${hundredth} and id <= ${nth + 1} * ${hundredth}`,
  );
  database.close();
}

/** The last one reads everything. */
export const ALL_ROWS = sql("select sum(length(text)) from data");

/** What a visitor asks for, with the address that it has. */
export function addresses(rows: number): Record<string, string> {
  return {
    "first page of the table, HTML": "/bench/data",
    "first page of the table, JSON": "/bench/data.json",
    "a row": `/bench/data/${Math.floor(rows / 2)}.json`,
    "full-text search, by rank": sql("select rowid from search('w17') order by rank limit 20"),
    "full-text search, 100 rows": "/bench/data.json?_search=w17",
    "index, then 100 scattered rows": "/bench/data.json?part=17",
    "count(*)": sql("select count(*) from data"),
  };
}

function sql(text: string): string {
  return `/bench/-/query.json?_shape=arrays&sql=${encodeURIComponent(text)}`;
}
