/**
 * Which words of the rows were found by a search. The index says it, because only it knows that "runs" was
 * found by "running"; where it keeps no text, words are marked that begin with a word of the search.
 */
import { clock } from "../../../core/clock.ts";
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

/** Milliseconds for the rows of a page; later ones are marked by their words. */
const TIME = 50;
/** Longer text is not looked through. */
const LONGEST = 100_000;

/** Parts of the texts in a row, by column. */
type RowMarks = ReadonlyMap<string, readonly TextPart[]>;

/** null where nothing was searched for. */
export function searchMarks(data: TableData): MarksOf | null {
  const { search } = data.where;
  if (search === null) return null;
  const words = wordsOf(search.matches.map(({ text }) => text).join(" "));
  const indexed = new Set(indexedColumns(data, search));
  const known = new Map<number, RowMarks | null>();
  // From the first row on: a page does other things before.
  let end: number | null = null;
  return (row, column, text) => {
    if (text === "" || text.length > LONGEST || !indexed.has(column)) return null;
    end ??= clock() + TIME;
    if (!known.has(row)) known.set(row, marksOfRow(data, row, end));
    const marks = known.get(row) ?? null;
    const parts = marks === null ? null : (marks.get(column) ?? []);
    if (parts === null) return words && partsOfWords(text, words);
    // An index that was not kept up to date says what is not so.
    return parts.map((part) => part.text).join("") === text ? parts : null;
  };
}

/** Without the hidden ones of a virtual table. */
function indexedColumns({ connection }: TableData, { ftsTable }: SearchIn): string[] {
  const columns = findTable(connection, ftsTable)?.columns ?? [];
  return columns.filter(({ hidden }) => hidden === 0).map(({ name }) => name);
}

/** null where the index does not say. */
function marksOfRow(data: TableData, row: number, end: number): RowMarks | null {
  const { search } = data.where;
  const left = Math.ceil(end - clock());
  const place = rowidOf(data, row);
  if (search === null || place === null || left < 1) return null;
  const { connection, where, options } = data;
  const columns = indexedColumns(data, search);
  const fts = quoteIdentifier(search.ftsTable);
  const marks = new Map<string, readonly TextPart[]>();
  const ask = (selected: string, sql: string, given: Record<string, SqlValue>) => {
    const parameters = { ...place.parameters, ...given };
    // FTS5 looks for nothing but integers, and takes others for any row.
    const statement = `select ${selected} from ${fts} where ${sql} and rowid = cast((${place.sql}) as integer)`;
    return connection.query(statement, parameters, {
      timeLimit: left,
      isVisitorSql: options.isVisitorSql ?? false,
    }).rows[0];
  };
  for (const { sql, parameter } of search.matches) {
    const given = { [parameter]: where.parameters[parameter] ?? null };
    try {
      const highlights = columns.map((_, at) => `highlight(${fts}, ${at}, :open, :close)`);
      const found = ask(highlights.join(", "), sql, { ...given, open: OPEN, close: CLOSE });
      // An index without text.
      if (found?.every((text) => text === null)) return null;
      found?.forEach((text, at) => {
        if (typeof text === "string" && text.includes(OPEN))
          marks.set(columns[at]!, partsBetween(text));
      });
    } catch (error) {
      if (!(error instanceof SqlError) || error.interrupted) return null;
      const found = byOffsets(() => ask(`offsets(${fts}), *`, sql, given));
      if (found === null) return null;
      for (const [at, parts] of found) marks.set(columns[at]!, parts);
    }
  }
  return marks;
}

/** FTS3 and FTS4 say where the matches are, in bytes: https://www.sqlite.org/fts3.html#the_offsets_function */
function byOffsets(ask: () => SqlValue[] | undefined): Map<number, readonly TextPart[]> | null {
  try {
    const [offsets, ...texts] = ask() ?? [""];
    if (texts.length > 0 && texts.every((text) => text === null)) return null;
    const places = String(offsets).match(MARKS) ?? [];
    const marked = new Map<number, readonly TextPart[]>();
    for (const [at, text] of texts.entries()) {
      const own = places
        .map((place) => place.split(" ").map(Number) as [number, number, number, number])
        .filter(([column]) => column === at)
        .map(([, , start, length]) => [start, start + length] as const);
      if (typeof text === "string" && own.length > 0) marked.set(at, partsAt(text, own));
    }
    return marked;
  } catch (error) {
    if (error instanceof SqlError) return null;
    throw error;
  }
}

/** SQL for the rowid that a row has in the index; null for rows of views, which have no key. */
function rowidOf(
  { where, table, columns, rows }: TableData,
  row: number,
): { sql: string; parameters: Record<string, SqlValue> } | null {
  const values = rows[row]!;
  const key = where.search!.key;
  const at = columns.indexOf(key);
  if (at >= 0) return { sql: ":place", parameters: { place: values[at] ?? null } };
  if (table.isView) return null;
  const keys = keyColumns(table);
  const conditions = keys.map((column, index) => `${quoteIdentifier(column)} = :place${index}`);
  const given = keys.map((column, index) => [
    `place${index}`,
    values[columns.indexOf(column)] ?? null,
  ]);
  return {
    sql: `select ${quoteIdentifier(key)} from ${quoteIdentifier(table.name)} where ${conditions.join(" and ")}`,
    parameters: Object.fromEntries(given),
  };
}
