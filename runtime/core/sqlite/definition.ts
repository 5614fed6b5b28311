import type { Connection } from "./connection.ts";

/** The SQL that made a table or view, with that of its indexes; null when there is none. */
export function definitionOf(
  connection: Connection,
  name: string,
  type: "table" | "view",
): string | null {
  return connection.fact(`definition of ${type} ${name}`, () =>
    readDefinition(connection, name, type),
  );
}

function readDefinition(
  connection: Connection,
  name: string,
  type: "table" | "view",
): string | null {
  const made = connection.value(
    "select sql from sqlite_master where name = :name and type = :type",
    { name, type },
  );
  if (made === null) return null;
  const indexes = connection.query(
    "select sql from sqlite_master where tbl_name = :name and type = 'index' and sql is not null",
    { name },
  );
  return [made, ...indexes.rows.map(([sql]) => sql)].map((sql) => `${sql};`).join("\n");
}
