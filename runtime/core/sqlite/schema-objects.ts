import { quoteAlways } from "../names.ts";
import type { Connection, SqlParameters } from "./connection.ts";
import type { SchemaObject, SchemaSql } from "./privacy.ts";

/** Everything in a database and in those that are attached to it. */
export function readAllObjects(connection: Connection): SchemaObject[] {
  const schemas = connection.readSchema("select name from pragma_database_list");
  return schemas.flatMap(([name]) => {
    const schema = String(name);
    const shadows = shadowTables(connection, schema);
    return readObjects(connection, schema, "true", {}).map((object) => ({
      ...object,
      isShadow: shadows.has(object.name),
      rowsAbout: rowsAbout(connection, schema, object.name),
    }));
  });
}

function shadowTables(connection: Connection, schema: string): ReadonlySet<string> {
  const sql = "select name from pragma_table_list where schema = :schema and type = 'shadow'";
  return new Set(connection.readSchema(sql, { schema }).map(([name]) => String(name)));
}

/**
 * Of https://www.sqlite.org/fileformat2.html#internal_schema_objects those with rows about tables, and the one
 * in which the loader of events writes what it has written (runtime/load/events/row-ranges.ts).
 */
const COLUMN_OF_TABLE_NAMES = new Map([
  ["sqlite_sequence", "name"],
  ["sqlite_stat1", "tbl"],
  ["sqlite_stat2", "tbl"],
  ["sqlite_stat3", "tbl"],
  ["sqlite_stat4", "tbl"],
  ["_dlt_lake", "table_name"],
]);

function rowsAbout(connection: Connection, schema: string, table: string): string[] {
  const column = COLUMN_OF_TABLE_NAMES.get(table);
  if (column === undefined || !hasColumn(connection, schema, table, column)) return [];
  const sql = `select distinct ${column} from ${quoteAlways(schema)}.${quoteAlways(table)}`;
  return connection.readSchema(sql).map(([name]) => String(name));
}

/** Somebody else's table may have one of these names. */
function hasColumn(connection: Connection, schema: string, table: string, column: string): boolean {
  const sql = "select 1 from pragma_table_info(:table, :schema) where name = :column";
  return connection.readSchema(sql, { table, schema, column }).length > 0;
}

/** The rows of a `sqlite_schema` for which `where` holds, in its order. */
export function readObjects(
  connection: Connection,
  schema: string,
  where: string,
  parameters: SqlParameters,
): SchemaSql[] {
  const rows = connection.readSchema(
    `select type, name, tbl_name, sql from ${quoteAlways(schema)}.sqlite_master where ${where}`,
    parameters,
  );
  return rows.map(([type, name, table, sql]) => ({
    schema,
    type: String(type) as SchemaSql["type"],
    name: String(name),
    table: String(table),
    sql: sql === null ? null : String(sql),
  }));
}
