import type { Connection } from "./connection.ts";
import { tableKinds } from "./schema.ts";

/** Tables of SpatiaLite that are its own business. */
const SPATIALITE_TABLES = [
  "ElementaryGeometries",
  "SpatialIndex",
  "geometry_columns",
  "spatial_ref_sys",
  "spatialite_history",
  "sql_statements_log",
  "sqlite_sequence",
  "views_geometry_columns",
  "virts_geometry_columns",
  "data_licenses",
  "KNN",
  "KNN2",
];

/**
 * Tables that lists leave out, as Datasette does: statistics, names with a leading `_`, shadow
 * tables, FTS tables that index another table, SpatiaLite's own. Configuration can hide more.
 */
export function hiddenTables(connection: Connection): ReadonlySet<string> {
  return connection.fact("hidden tables", () => {
    const rows = connection.readSchema("select name, sql from sqlite_master where type = 'table'");
    const kinds = tableKinds(connection);
    const hidden = new Set<string>();
    let hasSpatialite = false;
    for (const [name, sql] of rows) {
      const table = String(name);
      if (table === "geometry_columns") hasSpatialite = true;
      if (
        /^sqlite_stat[1-4]$/.test(table) ||
        table.startsWith("_") ||
        kinds.get(table)?.type === "shadow" ||
        isContentFtsTable(String(sql))
      ) {
        hidden.add(table);
      }
    }
    if (hasSpatialite) {
      for (const table of SPATIALITE_TABLES) hidden.add(table);
      for (const [name] of rows) if (/^idx./.test(String(name))) hidden.add(String(name));
    }
    return hidden;
  });
}

function isContentFtsTable(sql: string): boolean {
  return (
    /\bCREATE\s+VIRTUAL\s+TABLE\b[\s\S]*?\bUSING\s+["'[`]?fts[345]\b/i.test(sql) &&
    sql.toLowerCase().includes("content=")
  );
}
