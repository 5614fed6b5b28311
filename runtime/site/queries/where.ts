import type { TableConfig } from "../../core/config/config-types.ts";
import { quoteIdentifier } from "../../core/names.ts";
import type { Connection } from "../../core/sqlite/connection.ts";
import { ftsTableOf } from "../../core/sqlite/fts-table.ts";
import { findTable, type TableSchema } from "../../core/sqlite/schema.ts";
import { type SqlValue, valueText } from "../../core/sqlite/values.ts";
import { badRequest } from "../errors.ts";
import type { Filter, TableParameters } from "../parameters/table-parameters.ts";
import { findOperator } from "./filters.ts";
import { asSqlValue, parseExactJson } from "./json-values.ts";

/** A full-text search as SQL. */
export interface SearchIn {
  ftsTable: string;
  /** The column of the table that is the FTS table's rowid. */
  key: string;
  /** Conditions on the FTS table, with their parameters. */
  matches: readonly { sql: string; parameter: string; text: string }[];
}

/** A `where` clause in the making. */
export class Where {
  readonly clauses: string[] = [];
  readonly parameters: Record<string, SqlValue> = {};
  /** What `_search` and `_through` mean in English; they come first in the description. */
  readonly descriptions: string[] = [];
  /** What finds the rowids that a full-text search matches; null without one. Its parameter is `:search`. */
  searchSql: string | null = null;
  /** Where is searched; null without a search. */
  search: SearchIn | null = null;
  #count = 0;

  /** Gives a value the next of the parameters `:p0`, `:p1`, … and returns its placeholder. */
  bind(value: SqlValue): string {
    return this.bindAs(`p${this.#count}`, value);
  }

  bindAs(name: string, value: SqlValue): string {
    this.parameters[name] = value;
    this.#count++;
    return `:${name}`;
  }

  /** `where a and b `, with a space at its end; "" without clauses. */
  get sql(): string {
    return this.clauses.length === 0 ? "" : `where ${this.clauses.join(" and ")} `;
  }

  copy(): Where {
    const copy = new Where();
    copy.clauses.push(...this.clauses);
    Object.assign(copy.parameters, this.parameters);
    copy.#count = this.#count;
    return copy;
  }
}

/**
 * The rows that a table page shows, over all its pages.
 * @param mayView whether the reader may see a table: others must not be asked through this one
 * @throws HttpError 400
 */
export function tableWhere(
  connection: Connection,
  table: TableSchema,
  config: TableConfig,
  parameters: TableParameters,
  mayView: (table: string) => boolean,
): Where {
  const where = new Where();
  for (const { column, lookup, value } of parameters.filters) {
    const operator = findOperator(lookup);
    if (!operator) continue;
    where.clauses.push(operator.sql(column, value, (bound) => where.bind(bound), table.name));
  }
  where.clauses.push(...parameters.wheres);
  for (const through of parameters.throughs) addThrough(where, connection, table, through, mayView);
  const { ftsTable } = parameters.search;
  if (ftsTable !== null && !mayView(ftsTable)) throw badRequest(`Cannot search in ${ftsTable}`);
  if (config.ftsTable === null || ftsTable !== null || mayView(config.ftsTable)) {
    addSearch(where, connection, table, config, parameters);
  }
  return where;
}

/** `_through={"table": …, "column": …, "value": …}`: rows that a row of another table refers to. */
function addThrough(
  where: Where,
  connection: Connection,
  table: TableSchema,
  through: string,
  mayView: (table: string) => boolean,
): void {
  const { otherTable, column, value } = parseThrough(through);
  const other = findTable(connection, otherTable);
  const foreignKey = other?.foreignKeys.find((key) => key.otherTable === table.name);
  if (!other || !foreignKey || !mayView(otherTable)) {
    throw badRequest("Invalid _through - could not find corresponding foreign key");
  }
  if (!other.columnNames.includes(column))
    throw badRequest(`Invalid _through - no column ${column}`);
  const target = foreignKey.otherColumn ?? table.primaryKeys[0] ?? "rowid";
  where.clauses.push(
    `${quoteIdentifier(target)} in (select ${quoteIdentifier(foreignKey.column)} from ${quoteIdentifier(otherTable)} where ${quoteIdentifier(column)} = ${where.bind(value)})`,
  );
  where.descriptions.push(`${otherTable}.${column} = "${valueText(value)}"`);
}

function parseThrough(text: string): { otherTable: string; column: string; value: SqlValue } {
  let parsed: unknown;
  try {
    parsed = parseExactJson(text);
  } catch {
    throw badRequest("Invalid _through - not JSON");
  }
  const { table, column, value } = (parsed ?? {}) as Record<string, unknown>;
  const bound = asSqlValue(value);
  if (typeof table !== "string" || typeof column !== "string" || bound === undefined) {
    throw badRequest("Invalid _through - table, column and value are needed");
  }
  return { otherTable: table, column, value: bound };
}

/** The FTS table to search in: asked for, configured or detected; null when there is none. */
export function searchTable(
  connection: Connection,
  table: TableSchema,
  config: TableConfig,
  parameters: TableParameters,
): string | null {
  return parameters.search.ftsTable ?? config.ftsTable ?? ftsTableOf(connection, table.name);
}

function addSearch(
  where: Where,
  connection: Connection,
  table: TableSchema,
  config: TableConfig,
  parameters: TableParameters,
): void {
  const { search } = parameters;
  const ftsTable = searchTable(connection, table, config, parameters);
  if (ftsTable === null || (search.text === null && search.columns.length === 0)) return;
  const isRaw = (search.mode ?? config.searchMode) === "raw";
  const fts = quoteIdentifier(ftsTable);
  const match = (placeholder: string) => (isRaw ? placeholder : `escape_fts(${placeholder})`);
  if (search.text !== null) {
    const key = search.ftsPk ?? config.ftsPk ?? "rowid";
    const sql = `${fts} match ${match(where.bindAs("search", search.text))}`;
    const matching = `select rowid from ${fts} where ${sql}`;
    where.clauses.push(`${quoteIdentifier(key)} in (${matching})`);
    if (key === "rowid") where.searchSql = matching;
    where.search = { ftsTable, key, matches: [{ sql, parameter: "search", text: search.text }] };
    where.descriptions.push(`search matches "${search.text}"`);
    return;
  }
  const columns = findTable(connection, ftsTable)?.columnNames ?? [];
  const matches = search.columns.map(({ column, text }, index) => {
    if (!columns.includes(column)) throw badRequest("Cannot search by that column");
    const parameter = `search_${index}`;
    const sql = `${quoteIdentifier(column)} match ${match(where.bindAs(parameter, text))}`;
    where.clauses.push(`rowid in (select rowid from ${fts} where ${sql})`);
    where.descriptions.push(`search column "${column}" matches "${text}"`);
    return { sql, parameter, text };
  });
  where.search = { ftsTable, key: "rowid", matches };
}

/** `where a = 1, b = 2 and c = 3`; "" when nothing is filtered. */
export function describeFilters(
  descriptions: readonly string[],
  filters: readonly Filter[],
): string {
  const parts = [...descriptions];
  for (const { column, lookup, value } of filters) {
    const operator = findOperator(lookup);
    if (operator) parts.push(operator.human(column, value));
  }
  const last = parts.pop();
  if (last === undefined) return "";
  return parts.length === 0 ? `where ${last}` : `where ${parts.join(", ")} and ${last}`;
}
