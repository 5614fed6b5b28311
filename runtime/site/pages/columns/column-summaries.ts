import { clock } from "../../../core/clock.ts";
import type { TableSummary } from "../../../core/format/column-summary.ts";
import { decodeSummaries } from "../../../core/format/column-summary.ts";
import { quoteIdentifier } from "../../../core/names.ts";
import { noteCutShort } from "../../../core/sqlite/cut-short.ts";
import { SqlError } from "../../../core/sqlite/sql-error.ts";
import { summarizeTable } from "../../../core/sqlite/summarize.ts";
import type { PageContext } from "../context.ts";
import type { OpenTable } from "../open-table.ts";

/**
 * What the values in a table are like: as it was found out when the version was published, else now, in
 * the time of a query; null where that is not enough.
 */
export function columnSummaries(context: PageContext, open: OpenTable): TableSummary | null {
  const { connection, database, table } = open;
  const published = database.inspection?.summaries ?? null;
  const all = connection.fact("column summaries", () => decodeSummaries(published));
  const known = all.find(({ name }) => name === table.name);
  if (known !== undefined) return known;
  const timeLimit = context.config.settings.sql_time_limit_ms;
  try {
    return connection.remember(`column summaries of ${table.name}`, () => {
      const limits = { end: clock() + timeLimit, options: { timeLimit } };
      return summarizeTable(connection, table, countOf(context, open, timeLimit), limits);
    });
  } catch (error) {
    // Not remembered: another process, or a less busy moment, may have the time.
    if (!(error instanceof SqlError)) throw error;
    noteCutShort();
    return null;
  }
}

/** null for views, and for databases in a bucket, where looking everywhere means fetching everything. */
function countOf(
  { site }: PageContext,
  { connection, table }: OpenTable,
  timeLimit: number,
): number | null {
  if (table.isView || site.storage === "s3") return null;
  const sql = `select count(*) from ${quoteIdentifier(table.name)}`;
  return Number(connection.value(sql, {}, { timeLimit }));
}
