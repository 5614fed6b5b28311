/**
 * The guard of a connection (layer/guard/guard.c): a deadline for every run, only reading, limits on
 * size and memory. Without it visitors must not run SQL of their own.
 */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Database, Statement } from "better-sqlite3";

export interface Guard {
  /** Ends the set-up: from here on SQL can only read. Cannot be undone. */
  lock(): void;
  /**
   * Runs `fn`, which may prepare and run any number of statements of this connection; together they
   * have `limitMs` milliseconds. Runs do not nest.
   * Throws DeadlineExceeded, OutOfMemory or NotAllowed; other errors of `fn` pass through.
   */
  run<T>(limitMs: number, fn: () => T): T;
  /**
   * Like `run`, for SQL that a visitor wrote: prepares it within the deadline, and keeps a row's
   * values together small enough for the process whatever the number of columns.
   */
  runVisitorSql<T>(limitMs: number, sql: string, fn: (statement: Statement) => T): T;
}

/** The statements of one run were stopped because their time was up. */
export class DeadlineExceeded extends Error {
  readonly limitMs: number;

  constructor(limitMs: number) {
    super(`SQL query took too long. The time limit is ${limitMs} ms.`);
    this.name = "DeadlineExceeded";
    this.limitMs = limitMs;
  }
}

/** The statements of one run were stopped because the process grew too much meanwhile. */
export class OutOfMemory extends Error {
  constructor() {
    super("SQL query needs too much memory");
    this.name = "OutOfMemory";
  }
}

/** The SQL would do something other than read; the message names it. */
export class NotAllowed extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "NotAllowed";
  }
}

/** As in guard.c. */
const OUTCOME = { finished: 0, deadline: 1, memory: 2, refused: 3 } as const;

/** Where no memory size is known (outside Lambda), a run may let the process grow by this. */
const DEFAULT_MEMORY_BUDGET = 256 * 1024 * 1024;
/** Share of a Lambda's memory that one run may take, and what JavaScript needs in any case. */
const MEMORY_SHARE = 0.25;
const LEAST_MEMORY_BUDGET = 64 * 1024 * 1024;

/** All values of one row of a visitor's query; at least VALUE_MINIMUM each. A response has 6 MB. */
const ROW_LIMIT = 16 * 1024 * 1024;
const VALUE_MINIMUM = 64 * 1024;

/**
 * The guard's file, or null: `DSL_GUARD` names it, or the layer contains it as `dsl-guard` (Lambda
 * puts layers on NODE_PATH), or it is `builtFile`.
 */
export function findGuard(builtFile?: string): string | null {
  if (process.env.DSL_GUARD !== undefined) return process.env.DSL_GUARD;
  const folders = (process.env.NODE_PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const candidates = folders.map((folder) => join(folder, "dsl-guard", "guard.so"));
  if (builtFile !== undefined) candidates.push(builtFile);
  return candidates.find((candidate) => existsSync(candidate)) ?? null;
}

/** Loads the guard into `db`. Until `lock()` everything is still allowed. */
export function loadGuard(db: Database, guardFile: string): Guard {
  db.loadExtension(guardFile);
  const token = db.prepare<[], Buffer>("SELECT dsl_guard()").pluck().get()!.toString("hex");
  const control = (call: string) =>
    db.prepare<number[], unknown>(`SELECT dsl_guard(x'${token}', ${call})`).pluck();
  const lock = control("'lock', ?");
  const arm = control("'arm', ?");
  const disarmOnce = control("'disarm'");
  const reason = control("'reason'");
  const limitLength = control("'length', ?");

  /** Until it has run, the guard may interrupt disarming, too, since that is a statement itself. */
  function disarm(): unknown {
    for (;;) {
      try {
        return disarmOnce.get();
      } catch (error) {
        if ((error as { code?: unknown }).code !== "SQLITE_INTERRUPT") throw error;
      }
    }
  }

  function run<T>(limitMs: number, fn: () => T): T {
    let result: T;
    arm.get(limitMs);
    try {
      result = fn();
    } catch (error) {
      const outcome = disarm();
      if (outcome === OUTCOME.deadline) throw new DeadlineExceeded(limitMs);
      if (outcome === OUTCOME.memory) throw new OutOfMemory();
      if (outcome === OUTCOME.refused) throw new NotAllowed(String(reason.get()));
      throw error;
    }
    disarm();
    return result;
  }

  return {
    lock: () => {
      lock.get(memoryBudget());
    },
    run,
    runVisitorSql: (limitMs, sql, fn) =>
      run(limitMs, () => {
        const statement = db.prepare(sql);
        if (statement.reader) {
          const columns = statement.columns().length;
          limitLength.get(Math.max(VALUE_MINIMUM, Math.floor(ROW_LIMIT / columns)));
        }
        return fn(statement);
      }),
  };
}

/** Bytes. */
function memoryBudget(): number {
  const megabytes = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  if (!(megabytes > 0)) return DEFAULT_MEMORY_BUDGET;
  return Math.max(LEAST_MEMORY_BUDGET, megabytes * 1024 * 1024 * MEMORY_SHARE);
}
