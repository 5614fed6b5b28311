/**
 * The guard of a connection (layer/guard/guard.c): a deadline for every run, only reading, limits on
 * size and memory. Without it visitors must not run SQL of their own.
 */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Database, Statement } from "better-sqlite3";
import { noteCutShort } from "./cut-short.ts";
import type { Privacy } from "./privacy.ts";
import { resultLimit } from "./read-rows.ts";

/** Milliseconds, for all runs of a connection. */
export interface TimeLimits {
  /** No run may exceed this, whatever its own limit. */
  longestMs?: number | undefined;
  /**
   * A run that nothing stops ends the process (exit code 86), so long after its time was up: for processes
   * that somebody watches.
   */
  stuckMs?: number | undefined;
}

export interface Guard {
  /** Ends the set-up: from here on SQL can only read. Cannot be undone. */
  lock(limits?: TimeLimits): void;
  /**
   * Runs `fn`, which may prepare and run any number of statements of this connection; together they
   * have `limitMs` milliseconds. Runs do not nest. `valueLimit`: bytes of the longest value that may be
   * read meanwhile.
   * Throws DeadlineExceeded, OutOfMemory or NotAllowed; other errors of `fn` pass through.
   */
  run<T>(limitMs: number, fn: () => T, valueLimit?: number): T;
  /**
   * Like `run`, for SQL that a visitor wrote: `prepare` is called within the deadline, and a row's
   * values are kept together small enough for the process whatever the number of columns.
   */
  runVisitorSql<T>(limitMs: number, prepare: () => Statement, fn: (statement: Statement) => T): T;
  /** From here on `prepareAsVisitor` knows what is private. */
  keepPrivate(privacy: Privacy): void;
  /**
   * Prepares a statement that reads no more than visitors may. It is to be run `asVisitor`.
   * @throws NotAllowed
   */
  prepareAsVisitor(sql: string): Statement;
  asVisitor<T>(fn: () => T): T;
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

/** `enum reach` in guard.h. */
const REACH = { all: 0, learn: 1, views: 2, values: 3, named: 4, run: 5 } as const;

/** As in guard.c. */
const OUTCOME = { finished: 0, deadline: 1, memory: 2, refused: 3 } as const;

/** Where no memory size is known (outside Lambda), a run may let the process grow by this. */
const DEFAULT_MEMORY_BUDGET = 256 * 1024 * 1024;
/** Share of a Lambda's memory that one run may take, and what JavaScript needs in any case. */
const MEMORY_SHARE = 0.25;
const LEAST_MEMORY_BUDGET = 64 * 1024 * 1024;
/** Of that, what SQLite itself may allocate: exactly counted, where the process is only looked at at times. */
const HEAP_SHARE = 0.375;
/**
 * While SQLite prepares a statement, which may have a megabyte: a list of 100,000 values takes 12 MB. What it
 * has allocated by then takes as long to give back, whatever the time limit.
 */
const PREPARING_BUDGET = 32 * 1024 * 1024;

/**
 * Each value of a row of a visitor's query may have so much; all of a row together as much as an answer.
 * Of 2,000 columns, which is the most there are, these are 8 MB.
 */
const VALUE_MINIMUM = 4096;

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
    db.prepare<(number | string)[], unknown>(`SELECT dsl_guard(x'${token}', ${call})`).pluck();
  const lock = control("'lock', ?");
  const limitHeap = control("'heap', ?, ?");
  const mortal = control("'mortal', ?");
  const arm = control("'arm', ?, ?");
  const disarmOnce = control("'disarm'");
  const reason = control("'reason'");
  const limitLength = control("'length', ?");
  const setReach = control("'reach', ?");
  const setPreparing = control("'preparing', ?");
  const forget = control("'forget'");
  const visible = control("'visible', ?, ?");
  const hidden = control("'private', ?, ?");
  const untold = control("'untold', ?, ?");
  let privacy: Privacy | null = null;
  let longestMs = Number.POSITIVE_INFINITY;

  function within<T>(reach: number, fn: () => T): T {
    setReach.get(reach);
    try {
      return fn();
    } finally {
      untilDone(() => setReach.get(REACH.all));
    }
  }

  const disarm = () => untilDone(() => disarmOnce.get());

  /** Only meanwhile may SQLite be refused memory: better-sqlite3 reads rows as if there always were some. */
  function whilePreparing<T>(prepare: () => T): T {
    setPreparing.get(1);
    try {
      return prepare();
    } finally {
      untilDone(() => setPreparing.get(0));
    }
  }

  function run<T>(limitMs: number, fn: () => T, valueLimit = 0): T {
    let result: T;
    arm.get(Math.min(limitMs, longestMs), valueLimit);
    try {
      result = fn();
    } catch (error) {
      const outcome = disarm();
      if (outcome === OUTCOME.deadline || outcome === OUTCOME.memory) noteCutShort();
      if (outcome === OUTCOME.deadline) throw new DeadlineExceeded(limitMs);
      if (outcome === OUTCOME.memory) throw new OutOfMemory();
      if (outcome === OUTCOME.refused) throw new NotAllowed(String(reason.get()));
      throw error;
    }
    disarm();
    return result;
  }

  return {
    lock: (limits = {}) => {
      const budget = memoryBudget();
      lock.get(budget);
      limitHeap.get(budget * HEAP_SHARE, Math.min(budget * HEAP_SHARE, PREPARING_BUDGET));
      longestMs = limits.longestMs ?? Number.POSITIVE_INFINITY;
      if (limits.stuckMs !== undefined) mortal.get(limits.stuckMs);
    },
    run,
    runVisitorSql: (limitMs, prepare, fn) =>
      run(limitMs, () => {
        const statement = whilePreparing(prepare);
        if (statement.reader) {
          const columns = statement.columns().length;
          limitLength.get(Math.max(VALUE_MINIMUM, Math.floor(resultLimit() / columns)));
        }
        return fn(statement);
      }),
    keepPrivate: (found) => {
      privacy = found;
      forget.get();
      for (const { schema, name, isVisible } of found.tables) {
        (isVisible ? visible : hidden).get(schema, name);
      }
      for (const { schema, name } of found.untold) untold.get(schema, name);
      for (const view of found.visibleViews) {
        try {
          within(REACH.learn, () => db.prepare(`select * from ${view}`));
        } catch {
          // A view of something that is gone: it reads nothing.
        }
      }
    },
    prepareAsVisitor: (sql) => {
      const reach = privacy?.reachOf(sql) ?? "named";
      try {
        return within(REACH[reach], () => db.prepare(sql));
      } catch (error) {
        if (hasCode(error, "SQLITE_AUTH")) throw new NotAllowed(String(reason.get()));
        if (reach === "views" || !hasCode(error, "SQLITE_ERROR") || isHarmless(error)) throw error;
        throw new NotAllowed(
          "This SQL has a mistake, or it reads something private, which is not allowed",
        );
      }
    },
    asVisitor: (fn) => within(REACH.run, fn),
  };
}

/** Other messages about SQL can tell names and numbers of columns. */
function isHarmless(error: unknown): boolean {
  return /syntax error|no such (?:table|function)|unrecognized token|incomplete input/.test(
    String(error),
  );
}

/** What ends a run is a statement itself, which the guard may stop as long as the run lasts. */
function untilDone<T>(finish: () => T): T {
  for (;;) {
    try {
      return finish();
    } catch (error) {
      if (
        !["SQLITE_INTERRUPT", "SQLITE_AUTH", "SQLITE_NOMEM"].some((code) => hasCode(error, code))
      ) {
        throw error;
      }
    }
  }
}

function hasCode(error: unknown, code: string): boolean {
  return (error as { code?: unknown } | null)?.code === code;
}

/** Bytes. */
function memoryBudget(): number {
  const megabytes = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  if (!(megabytes > 0)) return DEFAULT_MEMORY_BUDGET;
  return Math.max(LEAST_MEMORY_BUDGET, megabytes * 1024 * 1024 * MEMORY_SHARE);
}
