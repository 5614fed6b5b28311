/** SQL of the schema with its words told apart by colour. The text stays what it is. */
import { escapeHtml } from "../fast-text/escape.ts";
import { type Html, trusted } from "./html.ts";

/** Comments, quoted text and names, numbers, words: whatever else there is stays as it is. */
const TOKEN =
  /(?<comment>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<string>'(?:''|[^'])*')|(?<name>"(?:""|[^"])*"|\[[^\]]*\]|`(?:``|[^`])*`)|(?<number>\b\d+(?:\.\d+)?\b)|(?<word>[A-Za-z_]\w*)/g;

/** https://www.sqlite.org/lang_keywords.html: those that schemas have. */
const KEYWORDS = new Set(
  (
    "add after all always and as asc autoincrement before begin between by cascade case check collate " +
    "constraint create cross current_date current_time current_timestamp default deferrable deferred delete " +
    "desc distinct each else end exists for foreign from full generated glob group having if in index inner " +
    "insert instead into is join key left like limit match natural not null of on or order outer over " +
    "partition primary recursive references replace restrict right rowid select set stored strict table temp " +
    "then trigger union unique update using values view virtual when where with without"
  ).split(" "),
);

/** Longer text is not coloured: each word would be an element. */
const LONGEST = 100_000;

export function highlightSql(sql: string): Html {
  if (sql.length > LONGEST) return trusted(escapeHtml(sql));
  let markup = "";
  let end = 0;
  for (const match of sql.matchAll(TOKEN)) {
    const [text] = match;
    markup +=
      escapeHtml(sql.slice(end, match.index)) + coloured(text, kindOf(match.groups ?? {}, text));
    end = match.index + text.length;
  }
  return trusted(markup + escapeHtml(sql.slice(end)));
}

function kindOf(groups: Record<string, string | undefined>, text: string): string | null {
  if (groups.word !== undefined) return KEYWORDS.has(text.toLowerCase()) ? "keyword" : null;
  const kind = ["comment", "string", "number"].find((each) => groups[each] !== undefined);
  return kind ?? null;
}

function coloured(text: string, kind: string | null): string {
  const shown = escapeHtml(text);
  return kind === null ? shown : `<span class="sql-${kind}">${shown}</span>`;
}
