/**
 * Which words of the rows were found by a search. The index says it, because only it knows that "runs" was
 * found by "running"; where it does not, words are marked that begin with a word of the search.
 */
import { quoteIdentifier } from "../../../core/names.ts";
import { findTable } from "../../../core/sqlite/schema.ts";
import { SqlError } from "../../../core/sqlite/sql-error.ts";
import type { SqlValue } from "../../../core/sqlite/values.ts";
import { keyColumns } from "../../queries/keyset.ts";
import {
  CLOSE,
  MARKS,
  OPEN,
  partsAt,
  partsBetween,
  partsOfWords,
  type TextPart,
  wordsOf,
} from "../../queries/search-parts.ts";
import type { SearchIn } from "../../queries/where.ts";
import type { MarksOf } from "../cells.ts";
import type { TableData } from "./table-data.ts";

/** Milliseconds for each of its statements. */
const TIME = 50;
/** Longer text is not looked through. */
const LONGEST = 100_000;

/** Parts of the texts in a row, by column. */
type RowMarks = Map<string, readonly TextPart[]>;

/** null where nothing was searched for. */
export function searchMarks(data: TableData): MarksOf | null {
  const { search } = data.where;
  if (search === null) return null;
  const words = wordsOf(search.matches.map(({ text }) => text).join(" "));
  const indexed = indexedColumns(data, search);
  let rows: readonly (RowMarks | null)[] | null = null;
  return (row, column, text) => {
    if (text === "" || text.length > LONGEST || !indexed.includes(column)) return null;
    rows ??= marksOfRows(data, search, indexed);
    const marks = rows[row] ?? null;
    if (marks === null) return words && partsOfWords(text, words);
    const parts = marks.get(column) ?? [];
    // An index that was not kept up to date says what is not so.
    return parts.map((part) => part.text).join("") === text ? parts : null;
  };
}

/** Without the hidden ones of a virtual table. */
function indexedColumns({ connection }: TableData, { ftsTable }: SearchIn): string[] {
  const columns = findTable(connection, ftsTable)?.columns ?? [];
  return columns.filter(({ hidden }) => hidden === 0).map(({ name }) => name);
}

/** For each row of the page; null where the index does not say. */
function marksOfRows(
  data: TableData,
  search: SearchIn,
  columns: readonly string[],
): (RowMarks | null)[] {
  try {
    const places = rowidsOf(data, search);
    const found = new Map<bigint, RowMarks>();
    for (const match of search.matches) {
      for (const [place, marks] of marksAt(data, search, match, columns, places)) {
        found.set(place, new Map([...(found.get(place) ?? []), ...marks]));
      }
    }
    return places.map((place) => (place === null ? null : (found.get(place) ?? null)));
  } catch (error) {
    if (error instanceof SqlError) return [];
    throw error;
  }
}

/** The rowid of each row in the index; null where it has none, or that is not known. */
function rowidsOf(data: TableData, { key }: SearchIn): (bigint | null)[] {
  const { table, columns, rows } = data;
  const integerOf = (value: SqlValue | undefined) => (typeof value === "bigint" ? value : null);
  const at = columns.indexOf(key);
  if (at >= 0) return rows.map((row) => integerOf(row[at]));
  const [own, ...others] = keyColumns(table);
  if (table.isView || own === undefined || others.length > 0) return rows.map(() => null);
  const ownAt = columns.indexOf(own);
  const name = quoteIdentifier(own);
  const found = ask(
    data,
    `select ${name}, ${quoteIdentifier(key)} from ${quoteIdentifier(table.name)} where ${name} in (select value from json_each(:keys))`,
    { keys: jsonOf(rows.map((row) => row[ownAt] ?? null)) },
  );
  const byKey = new Map(found.map(([value, place]) => [value, integerOf(place)]));
  return rows.map((row) => byKey.get(row[ownAt] ?? null) ?? null);
}

/** A list of those that JSON has. */
function jsonOf(values: readonly SqlValue[]): string {
  const known = values.filter((value) => typeof value === "bigint" || typeof value === "string");
  return `[${known.map((value) => (typeof value === "bigint" ? value : JSON.stringify(value))).join(",")}]`;
}

/** @throws SqlError */
function marksAt(
  data: TableData,
  { ftsTable }: SearchIn,
  { sql, parameter }: SearchIn["matches"][number],
  columns: readonly string[],
  places: readonly (bigint | null)[],
): [bigint, RowMarks][] {
  const fts = quoteIdentifier(ftsTable);
  const given = {
    [parameter]: data.where.parameters[parameter] ?? null,
    places: jsonOf(places),
  };
  try {
    const highlights = columns.map((_, at) => `highlight(${fts}, ${at}, :open, :close)`);
    // Row by row: otherwise all that matches is read.
    const from = `json_each(:places) as place cross join ${fts} where ${sql} and ${fts}.rowid = place.value`;
    const found = ask(data, `select ${fts}.rowid, ${highlights.join(", ")} from ${from}`, {
      ...given,
      ...{ open: OPEN, close: CLOSE },
    });
    return found.flatMap(([place, ...texts]) =>
      rowMarks(place, columns, texts, (text) => (text.includes(OPEN) ? partsBetween(text) : null)),
    );
  } catch (error) {
    if (!(error instanceof SqlError) || error.interrupted) throw error;
    // FTS3 and FTS4 say where the matches are: https://www.sqlite.org/fts3.html#the_offsets_function
    const from = `${fts} where ${sql} and rowid in (select value from json_each(:places))`;
    const found = ask(data, `select rowid, offsets(${fts}), ${fts}.* from ${from}`, given);
    return found.flatMap(([place, offsets, ...texts]) =>
      rowMarks(place, columns, texts, (text, at) => {
        const own = placesIn(String(offsets), at);
        return own.length === 0 ? null : partsAt(text, own);
      }),
    );
  }
}

/** None for a row of which the index keeps no text. */
function rowMarks(
  place: SqlValue | undefined,
  columns: readonly string[],
  texts: readonly SqlValue[],
  partsOf: (text: string, column: number) => readonly TextPart[] | null,
): [bigint, RowMarks][] {
  if (typeof place !== "bigint" || texts.every((text) => text === null)) return [];
  const marks: RowMarks = new Map();
  for (const [at, text] of texts.entries()) {
    const parts = typeof text === "string" ? partsOf(text, at) : null;
    if (parts !== null) marks.set(columns[at]!, parts);
  }
  return [[place, marks]];
}

/** First and last bytes of the matches in a column. */
function placesIn(offsets: string, column: number): (readonly [number, number])[] {
  return (offsets.match(MARKS) ?? [])
    .map((place) => place.split(" ").map(Number) as [number, number, number, number])
    .filter(([at]) => at === column)
    .map(([, , start, length]) => [start, start + length]);
}

/** @throws SqlError */
function ask(
  { connection, options }: TableData,
  sql: string,
  parameters: Record<string, SqlValue>,
): SqlValue[][] {
  const isVisitorSql = options.isVisitorSql ?? false;
  return connection.query(sql, parameters, { timeLimit: TIME, isVisitorSql }).rows;
}
