/** What can be read off the text of custom SQL, before SQLite sees it. */
import { badRequest, type HttpError } from "../errors.ts";

/** https://docs.datasette.io/en/latest/sql_queries.html: the PRAGMA functions that are harmless. */
const ALLOWED_PRAGMAS = [
  "database_list",
  "foreign_key_list",
  "function_list",
  "index_info",
  "index_list",
  "index_xinfo",
  "page_count",
  "max_page_count",
  "page_size",
  "schema_version",
  "table_info",
  "table_xinfo",
  "table_list",
];

const LEADING_COMMENT = /^(?:--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)/;
const READING_STATEMENT = /^(?:explain\s+(?:query\s+plan\s+)?)?(?:select|with)\b/;
const DISALLOWED_PRAGMA = new RegExp(`pragma(?!_(?:${ALLOWED_PRAGMAS.join("|")}))`);

/** What is wrong with SQL that a visitor wants to run; null when nothing is. */
export function refuseSql(sql: string): HttpError | null {
  const lines = sql.split("\n").filter((line) => !line.trimStart().startsWith("--"));
  const text = lines.join("\n").trim().toLowerCase();
  if (!READING_STATEMENT.test(withoutLeadingComments(text))) {
    return badRequest("Statement must be a SELECT", "Invalid SQL");
  }
  if (DISALLOWED_PRAGMA.test(text)) {
    const allowed = ALLOWED_PRAGMAS.map((pragma) => `pragma_${pragma}()`).join(", ");
    return badRequest(
      `Statement contained a disallowed PRAGMA. Allowed pragma functions are ${allowed}`,
      "Invalid SQL",
    );
  }
  return null;
}

/**
 * A statement as a table of another one; null for one that cannot be, such as `explain`. The line ends keep
 * a comment at its end from hiding what follows.
 */
export function asSubquery(sql: string): string | null {
  const text = withoutLeadingComments(sql.trim());
  if (!/^(?:select|with|values)\b/i.test(text)) return null;
  return `(\n${sql.trim().replace(/[;\s]+$/, "")}\n)`;
}

function withoutLeadingComments(sql: string): string {
  let rest = sql.trimStart();
  for (let found = LEADING_COMMENT.exec(rest); found !== null; found = LEADING_COMMENT.exec(rest)) {
    rest = rest.slice(found[0].length).trimStart();
  }
  return rest;
}

const COMMENTS_AND_QUOTED =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:''|[^'])*'|"(?:""|[^"])*"|\[[^\]]*\]|`(?:``|[^`])*`/g;

/** The `:named` parameters of a statement, in order, each as often as it appears. */
export function namedParameters(sql: string): string[] {
  const bare = sql.replace(COMMENTS_AND_QUOTED, "");
  return Array.from(bare.matchAll(/:([\p{L}\p{N}_]+)/gu), ([, name]) => name ?? "");
}
