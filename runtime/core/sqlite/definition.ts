import type { Connection, SqlParameters } from "./connection.ts";
import { readObjects } from "./schema-objects.ts";

/**
 * The SQL that made a table or view, with that of its indexes; null when there is none, or when it
 * tells of something private.
 */
export function definitionOf(
  connection: Connection,
  name: string,
  type: "table" | "view",
): string | null {
  return connection.fact(`definition of ${type} ${name}`, () => {
    const [made] = visibleSql(connection, "name = :name and type = :type", { name, type });
    if (made === undefined) return null;
    const indexes = visibleSql(connection, "tbl_name = :name and type = 'index'", { name });
    return [made, ...indexes].map((sql) => `${sql};`).join("\n");
  });
}

/** The SQL of those objects of the schema for which `where` holds, save for what tells of something private. */
export function visibleSql(
  connection: Connection,
  where = "true",
  parameters: SqlParameters = {},
): string[] {
  return readObjects(connection, "main", where, parameters)
    .filter((object) => connection.privacy.isDefinitionVisible(object))
    .flatMap(({ sql }) => (sql === null ? [] : [sql]));
}
