import { asciiLower } from "../names.ts";
import type { Connection } from "./connection.ts";

/**
 * The FTS table that indexes this table as far as Datasette sees it in the text of the schema: one
 * declared with `content="table"` or `content=[table]`, or the table itself. The first counts that
 * visitors may see.
 */
export function ftsTableOf(connection: Connection, table: string): string | null {
  return firstOf(table, ftsTables(connection).asDatasette);
}

/** The same, however SQLite lets the name be quoted. */
export function anyFtsTableOf(connection: Connection, table: string): string | null {
  return firstOf(table, ftsTables(connection).anyQuoting);
}

/** Indexed table, in lower case → FTS table. */
type ByContent = Map<string, Place>;

interface Place {
  name: string;
  /** Among the FTS tables, in the order of the schema. */
  position: number;
}

interface FtsTables {
  asDatasette: { byContent: ByContent; own: ReadonlyMap<string, number> };
  anyQuoting: { byContent: ByContent; own: ReadonlyMap<string, number> };
}

function firstOf(table: string, { byContent, own }: FtsTables["asDatasette"]): string | null {
  const indexing = byContent.get(asciiLower(table));
  const itself = own.get(table);
  if (indexing === undefined) return itself === undefined ? null : table;
  return itself === undefined || indexing.position < itself ? indexing.name : table;
}

function ftsTables(connection: Connection): FtsTables {
  return connection.fact("fts tables", () => {
    const rows = connection
      .readSchema(
        "select name, sql from sqlite_master where rootpage = 0 and sql like '%VIRTUAL TABLE%USING FTS%'",
      )
      .filter(([name]) => connection.privacy.isVisible(String(name)));
    const own = new Map(rows.map(([name], position) => [String(name), position]));
    const asDatasette: ByContent = new Map();
    const anyQuoting: ByContent = new Map();
    for (const [position, [name, sql]] of rows.entries()) {
      const content = contentOf(String(sql));
      if (content === null) continue;
      const place = { name: String(name), position };
      if (!anyQuoting.has(content.name)) anyQuoting.set(content.name, place);
      if (/["[]/.test(content.quote) && !asDatasette.has(content.name)) {
        asDatasette.set(content.name, place);
      }
    }
    return {
      asDatasette: { byContent: asDatasette, own },
      anyQuoting: { byContent: anyQuoting, own },
    };
  });
}

/** https://www.sqlite.org/fts5.html#external_content_tables: SQLite takes all of these. */
const CONTENT =
  /\bcontent\s*=\s*(?:"((?:[^"]|"")*)"|'((?:[^']|'')*)'|\[([^\]]*)\]|`((?:[^`]|``)*)`|([\p{L}\p{N}_$]+))/isu;

/** `name` in lower case; null for an FTS table that holds its text itself. */
function contentOf(sql: string): { name: string; quote: string } | null {
  const match = CONTENT.exec(sql.slice(sql.search(/using\s+fts/i)));
  if (match === null) return null;
  const [, double, single, bracketed, tick, bare] = match;
  const name =
    double?.replaceAll('""', '"') ??
    single?.replaceAll("''", "'") ??
    bracketed ??
    tick?.replaceAll("``", "`") ??
    bare ??
    "";
  if (name === "") return null;
  const quote = double !== undefined ? '"' : bracketed !== undefined ? "[" : "";
  return { name: asciiLower(name), quote };
}
