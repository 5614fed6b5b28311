import { SqlError } from "../../core/sqlite/sql-error.ts";
import { HttpError } from "../errors.ts";

/** An error that carries the SQL which took too long, for the error page. */
export class TimeLimitError extends HttpError {
  readonly sql: string;
  /** What the error page says; the JSON says it a little differently. */
  readonly pageMessage =
    "SQL query took too long. The time limit is controlled by the sql_time_limit_ms configuration option.";

  constructor(sql: string, cause: unknown) {
    super(
      400,
      "SQL query took too long. The time limit is controlled by the sql_time_limit_ms setting.",
      { title: "SQL Interrupted", cause },
    );
    this.sql = sql;
  }
}

/** What the reader is told when a statement failed; other errors pass through. */
export function asHttpError(error: unknown, sql: string): unknown {
  if (!(error instanceof SqlError)) return error;
  if (error.interrupted) return new TimeLimitError(sql, error);
  return new HttpError(400, error.message, { title: "Invalid SQL", cause: error });
}
