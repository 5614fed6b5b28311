/** One search in all tables with a full-text index that the reader may see. */
import { clock } from "../../../core/clock.ts";
import { quoteIdentifier } from "../../../core/names.ts";
import { noteCutShort } from "../../../core/sqlite/cut-short.ts";
import { titleColumnOf } from "../../../core/sqlite/label-column.ts";
import { SqlError } from "../../../core/sqlite/sql-error.ts";
import { type SqlValue, valueText } from "../../../core/sqlite/values.ts";
import { keyColumns, rowPath } from "../../queries/keyset.ts";
import { encodePairs } from "../../query-string.ts";
import { openDatabase, type PageContext } from "../context.ts";
import { listDatabase } from "../listed-tables.ts";
import { findOpenTable, type OpenTable } from "../open-table.ts";
import type { FoundRow, FoundTable, SearchPage, SnippetPart } from "./search-page-type.ts";

/** Rows of each table that are shown. */
const MOST_ROWS = 5;
/** More tables are not searched by one request. */
const MOST_TABLES = 50;
/** The time of all tables together, as a multiple of that of a query. */
const TIMES = 2;
/** Longer texts are no search; characters. */
const LONGEST = 200;
/** Milliseconds that counting one table may take: nobody sees the numbers here. */
const COUNT_TIME = 1;

/** Around what matches in a snippet. No text has them. */
const OPEN = "\u0002";
const CLOSE = "\u0003";
/** Words of a snippet. */
const WORDS = 16;

export async function searchPage(context: PageContext): Promise<SearchPage> {
  const text = (context.request.args.get("q") ?? "").trim().slice(0, LONGEST);
  const page: SearchPage = { text, tables: [], searched: 0, tooSlow: [] };
  if (text === "") return page;
  const { sql_time_limit_ms: timeLimit } = context.config.settings;
  const end = clock() + TIMES * timeLimit;
  for (const place of await searchable(context)) {
    const left = Math.min(timeLimit, end - clock());
    page.searched++;
    const found = left < 1 ? null : await search(context, place, text, Math.ceil(left));
    if (found === null) page.tooSlow.push(`${place.database}: ${place.table}`);
    else if (found.rows.length > 0) page.tables.push(found);
  }
  if (page.tooSlow.length > 0) noteCutShort();
  return page;
}

interface Place {
  database: string;
  table: string;
  ftsTable: string;
}

/** Tables in the order of their databases and names. */
export async function searchable(context: PageContext): Promise<Place[]> {
  const places: Place[] = [];
  for (const database of context.site.databases) {
    if (!context.visitor.mayViewDatabase(database.name)) continue;
    const { tables } = await listDatabase(context, database, COUNT_TIME);
    for (const { name, ftsTable, hidden } of tables) {
      if (ftsTable !== null && !hidden)
        places.push({ database: database.name, table: name, ftsTable });
    }
  }
  return places.slice(0, MOST_TABLES);
}

/** null where it took too long. */
async function search(
  context: PageContext,
  { database, table, ftsTable }: Place,
  text: string,
  timeLimit: number,
): Promise<FoundTable | null> {
  const open = findOpenTable(context, await openDatabase(context, database), table);
  if (open === null) return null;
  const found: FoundTable = {
    database,
    table,
    href: context.links.table(database, table, encodePairs([["_search", text]])),
    rows: [],
    hasMore: false,
  };
  try {
    const matches = matchesOf(open, ftsTable, text, timeLimit);
    const rows = rowsOf(context, open, matches.slice(0, MOST_ROWS));
    return { ...found, rows, hasMore: matches.length > MOST_ROWS };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return error.interrupted ? null : found;
  }
}

interface Match {
  rowid: SqlValue;
  snippet: string;
}

/** The best ones first where the index says which those are: https://www.sqlite.org/fts5.html, fts3.html */
function matchesOf(
  { connection }: OpenTable,
  ftsTable: string,
  text: string,
  timeLimit: number,
): Match[] {
  const fts = quoteIdentifier(ftsTable);
  const rest = `from ${fts} where ${fts} match escape_fts(:q)`;
  const forms = [
    `select rowid, snippet(${fts}, -1, :open, :close, '…', ${WORDS}) ${rest} order by rank`,
    `select rowid, snippet(${fts}, :open, :close, '…', -1, ${WORDS}) ${rest}`,
    `select rowid, '' ${rest}`,
  ];
  let failure: unknown;
  for (const form of forms) {
    try {
      const sql = `${form} limit ${MOST_ROWS + 1}`;
      const parameters = {
        q: text,
        ...(form.includes(":open") ? { open: OPEN, close: CLOSE } : {}),
      };
      const { rows } = connection.query(sql, parameters, { timeLimit });
      return rows.map(([rowid = null, snippet]) => ({ rowid, snippet: valueText(snippet ?? "") }));
    } catch (error) {
      if (!(error instanceof SqlError) || error.interrupted) throw error;
      failure = error;
    }
  }
  throw failure;
}

/** What is to be said of these rows, in their order; those that are gone are left out. */
function rowsOf(context: PageContext, open: OpenTable, matches: readonly Match[]): FoundRow[] {
  const { connection, database, table, tableConfig } = open;
  const keys = keyColumns(table);
  const title = titleColumnOf(connection, table.name, tableConfig.labelColumn);
  const columns = [...keys, ...(title === null ? [] : [title])].map(quoteIdentifier).join(", ");
  const sql = `select ${columns} from ${quoteIdentifier(table.name)} where rowid = :rowid`;
  return matches.flatMap(({ rowid, snippet }) => {
    const [row] = connection.query(sql, { rowid }).rows;
    if (row === undefined) return [];
    const key = row.slice(0, keys.length);
    const named = title === null ? null : (row[keys.length] ?? null);
    return [
      {
        href: context.links.row(database.name, table.name, rowPath(key)),
        title: named === null || named === "" ? key.map(valueText).join(", ") : valueText(named),
        snippet: partsOf(snippet),
      },
    ];
  });
}

function partsOf(snippet: string): SnippetPart[] {
  return snippet
    .split(OPEN)
    .flatMap((piece, at): SnippetPart[] => {
      if (at === 0) return [{ text: piece, isMatch: false }];
      const [match = "", ...rest] = piece.split(CLOSE);
      return [
        { text: match, isMatch: true },
        { text: rest.join(""), isMatch: false },
      ];
    })
    .filter(({ text }) => text !== "");
}
