import type { Connection } from "./connection.ts";

/**
 * The FTS table that indexes this table: one declared with `content="table"` or `content=[table]`,
 * or the table itself. Found in the text of the schema, as Datasette does.
 */
export function ftsTableOf(connection: Connection, table: string): string | null {
  return connection.fact(`fts ${table}`, () => {
    const found = connection.value(
      `select name from sqlite_master where rootpage = 0 and (
         sql like '%VIRTUAL TABLE%USING FTS%content="' || :table || '"%'
         or sql like '%VIRTUAL TABLE%USING FTS%content=[' || :table || ']%'
         or (tbl_name = :table and sql like '%VIRTUAL TABLE%USING FTS%'))`,
      { table },
    );
    return found === null ? null : String(found);
  });
}
