import type { Connection } from "./connection.ts";

/**
 * The FTS table that indexes this table: one declared with `content="table"` or `content=[table]`,
 * or the table itself. Found in the text of the schema, as Datasette does. null where visitors may not
 * see it.
 */
export function ftsTableOf(connection: Connection, table: string): string | null {
  return connection.fact(`fts ${table}`, () => {
    const [row] = connection.readSchema(
      `select name from sqlite_master where rootpage = 0 and (
         sql like '%VIRTUAL TABLE%USING FTS%content="' || :table || '"%'
         or sql like '%VIRTUAL TABLE%USING FTS%content=[' || :table || ']%'
         or (tbl_name = :table and sql like '%VIRTUAL TABLE%USING FTS%'))`,
      { table },
    );
    const name = row === undefined ? null : String(row[0]);
    return name !== null && connection.privacy.isVisible(name) ? name : null;
  });
}
