/** One search in all tables with a full-text index that the reader may see. */
import { clock } from "../../../core/clock.ts";
import { quoteIdentifier } from "../../../core/names.ts";
import { noteCutShort } from "../../../core/sqlite/cut-short.ts";
import { titleColumnOf } from "../../../core/sqlite/label-column.ts";
import { SqlError } from "../../../core/sqlite/sql-error.ts";
import { type SqlValue, valueText } from "../../../core/sqlite/values.ts";
import { keyColumns, rowPath } from "../../queries/keyset.ts";
import { CLOSE, OPEN, partsBetween } from "../../queries/search-parts.ts";
import { encodePairs } from "../../query-string.ts";
import { openDatabase, type PageContext } from "../context.ts";
import { listDatabase } from "../listed-tables.ts";
import { findOpenTable, type OpenTable } from "../open-table.ts";
import type { FoundRow, FoundTable, SearchPage } from "./search-page-type.ts";

/** Rows of each table that are shown. */
const MOST_ROWS = 5;
/** More tables are not searched by one request: the next one goes on after them. */
const MOST_TABLES = 50;
/** The time of all tables together, as a multiple of that of a query. */
const TIMES = 2;
/** Longer texts are no search; characters. */
const LONGEST = 200;
/** Words of a snippet. */
const WORDS = 16;

/** `q` is what is searched for, `from` the number of the first table. */
export async function searchPage(context: PageContext): Promise<SearchPage> {
  const { args } = context.request;
  const text = (args.get("q") ?? "").trim().slice(0, LONGEST);
  const asked = args.get("from") ?? "";
  const from = /^\d{1,6}$/.test(asked) ? Number(asked) : 0;
  const page: SearchPage = {
    ...{ text, tables: [], tooSlow: [] },
    ...{ from, searched: 0, all: 0, nextHref: null },
  };
  if (text === "") return page;
  const { sql_time_limit_ms: timeLimit } = context.config.settings;
  const end = clock() + TIMES * timeLimit;
  const places = await searchable(context);
  page.all = places.length;
  for (const place of places.slice(from, from + MOST_TABLES)) {
    const left = Math.min(timeLimit, end - clock());
    // The first one is tried in any case, so that whoever goes on gets further.
    if (left < 1 && page.searched > 0) break;
    page.searched++;
    const found = await search(context, place, text, Math.max(1, Math.ceil(left)));
    if (found === null) page.tooSlow.push(`${place.database}: ${place.table}`);
    else if (found.rows.length > 0) page.tables.push(found);
  }
  if (page.tooSlow.length > 0) noteCutShort();
  const next = from + page.searched;
  if (next < places.length && page.searched > 0) {
    page.nextHref = context.request.replacing(["from", String(next)]);
    // Another time more of them may be reached.
    if (page.searched < MOST_TABLES) noteCutShort();
  }
  return page;
}

interface Place {
  database: string;
  table: string;
  ftsTable: string;
}

/** All tables that can be searched, in the order of their databases and names. */
export async function searchable(context: PageContext): Promise<Place[]> {
  const places: Place[] = [];
  for (const database of context.site.databases) {
    if (!context.visitor.mayViewDatabase(database.name)) continue;
    const { tables } = await listDatabase(context, database, null);
    for (const { name, ftsTable, hidden } of tables) {
      if (ftsTable !== null && !hidden)
        places.push({ database: database.name, table: name, ftsTable });
    }
  }
  return places;
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
        snippet: partsBetween(snippet),
      },
    ];
  });
}
