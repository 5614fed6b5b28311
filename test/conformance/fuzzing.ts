import { quoteIdentifier } from "../../runtime/core/names.ts";
import { Connection } from "../../runtime/core/sqlite/connection.ts";
import { getTable, listTables } from "../../runtime/core/sqlite/schema.ts";
import type { App } from "../../runtime/site/pipeline/app.ts";
import { keyColumns, rowPath } from "../../runtime/site/queries/keyset.ts";
import { fetchFrom } from "../runtime/site/fetch-app.ts";
import type { Profile } from "./records.ts";
import { CORPUS } from "./records.ts";
import type { KnownDatabase } from "./urls.ts";

/** The settings of the fuzz run: time limits that a generated query cannot use up. */
export const FUZZ_PROFILE: Profile = {
  files: [
    "shop.db",
    "tricky.db",
    "search.db",
    "events.db",
    "graph.db",
    "odd name.v2.db",
    "fixtures.db",
  ],
  config: "datasette.json",
  metadata: "metadata.json",
  settings: {
    sql_time_limit_ms: 200,
    facet_time_limit_ms: 100,
    facet_suggest_time_limit_ms: 20,
  },
};

/** What the generator needs to know: names of tables and columns, and a few keys. */
export function knownDatabases(queries: ReadonlyMap<string, string[]>): KnownDatabase[] {
  return (FUZZ_PROFILE.files ?? []).map((file) => {
    const name = file.replace(/\.db$/, "");
    const connection = new Connection(`${CORPUS}/databases/${file}`, { guardFile: null });
    const { tables, views } = listTables(connection);
    const known = [...tables, ...views].map((table) => {
      const schema = getTable(connection, table);
      const keys = keyColumns(schema);
      const { rows } =
        keys.length === 0
          ? { rows: [] }
          : connection.query(
              `select ${keys.map(quoteIdentifier).join(", ")} from ${quoteIdentifier(table)} limit 3`,
            );
      return { name: table, columns: [...schema.columnNames], someKeys: rows.map(rowPath) };
    });
    connection.close();
    return { name, tables: known, queries: queries.get(name) ?? [] };
  });
}

/** What is wrong with the answer to a URL; null when nothing is. */
export async function problemWith(app: App, path: string): Promise<string | null> {
  const answer = await fetchFrom(app, new Request(`http://localhost${path}`));
  if (answer.status >= 500)
    return `status ${answer.status}: ${(await answer.text()).slice(0, 300)}`;
  const body = await answer.text();
  const isJson = answer.headers.get("content-type")?.startsWith("application/json");
  if (!isJson || path.includes("_json_infinity")) return null;
  try {
    JSON.parse(body);
    return null;
  } catch (error) {
    return `not JSON: ${error} ${body.slice(0, 200)}`;
  }
}
