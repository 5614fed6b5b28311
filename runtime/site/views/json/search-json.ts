import type { SearchPage } from "../../pages/instance/search-page-type.ts";

/** A snippet is told in pieces, which say whether they match. */
export function searchJson({
  text,
  tables,
  searched,
  all,
  tooSlow,
  nextHref,
}: SearchPage): Record<string, unknown> {
  return {
    ok: true,
    q: text,
    tables: all,
    tables_searched: searched,
    tables_too_slow: tooSlow,
    next_url: nextHref,
    results: tables.map(({ database, table, href, rows, hasMore }) => ({
      database,
      table,
      url: href,
      has_more: hasMore,
      rows: rows.map((row) => ({
        title: row.title,
        url: row.href,
        snippet: row.snippet.map((part) => ({ text: part.text, match: part.isMatch })),
      })),
    })),
  };
}
