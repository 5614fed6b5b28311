/**
 * Which statements ran for a request, for the setting `trace_debug`. Costs one comparison and two
 * looks at the clock a statement as long as nobody traces.
 */

import type { AsyncLocalStorage } from "node:async_hooks";
import { clock } from "../clock.ts";
import { counted, type Rows } from "../request-facts.ts";
import type { SqlValue } from "./values.ts";

/** One statement, under the names of Datasette's traces. Times are milliseconds since the process began. */
export interface StatementTrace {
  type: "sql";
  start: number;
  end: number;
  duration_ms: number;
  sql: string;
  params: Readonly<Record<string, SqlValue>>;
  error: string | null;
}

let storage: AsyncLocalStorage<StatementTrace[]> | undefined;

/** What `run` gives, with the statements that ran for it; those of requests beside it are not among them. */
export async function traced<T>(
  run: () => Promise<T>,
): Promise<{ result: T; traces: StatementTrace[] }> {
  // Not imported: loading it would be part of every cold start.
  storage ??= new (process.getBuiltinModule("node:async_hooks").AsyncLocalStorage)();
  const traces: StatementTrace[] = [];
  return { result: await storage.run(traces, run), traces };
}

/** Runs one statement and counts it, and notes it where somebody traces. */
export function traceStatement<T extends Rows>(
  sql: string,
  params: Readonly<Record<string, SqlValue>>,
  run: () => T,
): T {
  const traces = storage?.getStore();
  if (traces === undefined) return counted(run);
  const start = clock();
  let error: string | null = null;
  try {
    return counted(run);
  } catch (thrown) {
    error = thrown instanceof Error ? thrown.message : String(thrown);
    throw thrown;
  } finally {
    const end = clock();
    traces.push({ type: "sql", start, end, duration_ms: end - start, sql, params, error });
  }
}
