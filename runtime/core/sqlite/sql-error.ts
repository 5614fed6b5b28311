import { noteCutShort } from "./cut-short.ts";
import { DeadlineExceeded } from "./guard.ts";
import type { ReadFailure } from "./paged-files.ts";

/** What went wrong in SQLite, in its own words. */
export class SqlError extends Error {
  /** True when the time limit ended the statement. */
  readonly interrupted: boolean;

  constructor(message: string, interrupted: boolean, cause?: unknown) {
    super(message, { cause });
    this.name = "SqlError";
    this.interrupted = interrupted;
  }
}

/** The statement was ended because it would have read too many blocks that are not here. */
export class TooMuchRead extends SqlError {
  constructor(reason: string, cause: unknown) {
    super(reason, true, cause);
    this.name = "TooMuchRead";
  }
}

/** A part of a database that a query needs cannot be read at the moment; the same query may work later. */
export class DataUnavailable extends Error {
  override readonly name = "DataUnavailable";
}

/**
 * What becomes of an error of better-sqlite3. `failure`: why a block did not come, of which SQLite
 * knows only a "disk I/O error".
 */
export function asSqlError(
  error: unknown,
  failure: ReadFailure | null,
): SqlError | DataUnavailable {
  if (error instanceof SqlError) return error;
  if (failure?.kind === "unavailable") {
    return new DataUnavailable(`The data cannot be read: ${failure.reason}`, { cause: error });
  }
  if (failure !== null) {
    noteCutShort();
    if (failure.kind === "budget") return new TooMuchRead(failure.reason, error);
    return new SqlError(failure.reason, true, error);
  }
  const message = error instanceof Error ? error.message : String(error);
  return new SqlError(message, error instanceof DeadlineExceeded, error);
}

/** Whether a value was longer than the limit. */
export function isTooBig(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === "SQLITE_TOOBIG";
}
