import { SqlError, TooMuchRead } from "../../core/sqlite/sql-error.ts";
import { HttpError } from "../errors.ts";

/** A statement was stopped; the error page shows it. */
export class StoppedQuery extends HttpError {
  readonly sql: string;
  /** What the error page says; the JSON says it a little differently. */
  readonly pageMessage: string;

  constructor(sql: string, cause: SqlError, advice = "") {
    const [json, page] =
      cause instanceof TooMuchRead
        ? [cause.message, cause.message]
        : [tookTooLong("setting"), tookTooLong("configuration option")];
    super(400, json + advice, { title: "SQL Interrupted", cause });
    this.sql = sql;
    this.pageMessage = page + advice;
  }
}

function tookTooLong(kind: string): string {
  return `SQL query took too long. The time limit is controlled by the sql_time_limit_ms ${kind}.`;
}

/**
 * What the reader is told when a statement failed; other errors pass through. `advice` is for one that
 * was stopped, and begins with a space.
 */
export function asHttpError(error: unknown, sql: string, advice: () => string = () => ""): unknown {
  if (!(error instanceof SqlError)) return error;
  if (error.interrupted) return new StoppedQuery(sql, error, advice());
  return new HttpError(400, error.message, { title: "Invalid SQL", cause: error });
}
