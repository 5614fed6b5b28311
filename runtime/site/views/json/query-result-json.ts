import { badRequest } from "../../errors.ts";
import type { PageContext } from "../../pages/context.ts";
import { databaseColor } from "../../pages/database-color.ts";
import type { QueryData } from "../../pages/query/query-data.ts";
import { checkExtras, parseExtras } from "../../parameters/extras.ts";
import { debugExtra, type Extras, extrasExtra, requestExtra, resolveExtras } from "./extras.ts";
import { toJson } from "./json.ts";
import { storedQueryJson } from "./query-json.ts";
import { renderedCells } from "./render-cell.ts";
import { JSON_TYPE, type JsonBody, shapedJson } from "./shapes.ts";

/** The blocks of a query. */
const QUERY_EXTRAS: Extras<QueryData> = {
  columns: {
    description: "Names of the columns returned",
    value: (_, query) => query.columns,
  },
  render_cell: {
    description: "The HTML of cells that have a look of their own: none in a query",
    value: (_, query) => renderedCells(query.columns, query.rows, new Map()),
  },
  debug: debugExtra(),
  request: requestExtra(),
  query: {
    description: "The SQL and its parameters",
    value: (_, query) => ({
      sql: query.sql,
      params: Object.fromEntries(query.parameters.map(({ name, value }) => [name, value])),
    }),
  },
  metadata: {
    description: "The configuration of the query, or the metadata of the database",
    value: (_, { stored, config, database }) => {
      if (stored === null) return config.metadata;
      const { source: _source, ...described } = storedQueryJson(database.name, stored);
      return described;
    },
  },
  extras: extrasExtra(() => QUERY_EXTRAS),
  database: {
    description: "Name of the database",
    value: (_, query) => query.database.name,
  },
  database_color: {
    description: "Colour of the database: six hex digits",
    value: (_, query) => databaseColor(query.database),
  },
  private: {
    description: "Whether only some may see this; never true of what you see",
    value: () => false,
  },
};

/** @throws HttpError 400 */
export function queryResultJson(context: PageContext, query: QueryData): JsonBody {
  if (!query.sql) throw badRequest("?sql= is required");
  const { args } = context.request;
  const extras = parseExtras(args);
  checkExtras(extras, Object.keys(QUERY_EXTRAS));
  const blocks = resolveExtras(QUERY_EXTRAS, context, query, extras);
  if (query.error !== null) {
    const body = toJson({
      ok: false,
      rows: [],
      ...blocks,
      error: query.error,
      errors: [query.error],
      status: 400,
      truncated: false,
    });
    return { body, contentType: JSON_TYPE, status: 400 };
  }
  const source = { columns: query.columns, rows: query.rows, keys: null };
  const document = { before: { ok: true }, after: { ...blocks, truncated: query.truncated } };
  return shapedJson(args, source, document);
}
