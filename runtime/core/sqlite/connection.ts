import type { Database as SqliteDatabase, Statement } from "better-sqlite3";
import { counted } from "../request-facts.ts";
import { setCacheSize } from "./cache-size.ts";
import { escapeFts } from "./escape-fts.ts";
import { findGuard, type Guard, loadGuard, type TimeLimits } from "./guard.ts";
import { type Attached, type AttachedView, attach, openDatabase } from "./open-database.ts";
import type { BlockReads } from "./paged-files.ts";
import { asRows, checkNames, type PreparedQuery } from "./prepared-query.ts";
import { decidePrivacy, NOTHING_PRIVATE, type Privacy, type TableRules } from "./privacy.ts";
import { type QueryResult, type RowLimits, readRows, valueLimit } from "./read-rows.ts";
import { type Ask, type Part, readTogether } from "./read-together.ts";
import { RecentMap } from "./recent-map.ts";
import { readAllObjects } from "./schema-objects.ts";
import { asSqlError, isTooBig, SqlError } from "./sql-error.ts";
import { traceStatement } from "./trace.ts";
import type { SqlValue } from "./values.ts";

export interface ConnectionOptions extends TimeLimits {
  /** The file does not change while it is open: SQLite need not look for changes. */
  immutable?: boolean;
  /** SQLite's page cache, in KiB; 0 is SQLite's default, or less in a function with little memory. */
  cacheSizeKb?: number;
  /** Other databases to attach, for cross-database queries. */
  attach?: readonly Attached[];
  /** Views over these, which no file has. */
  views?: readonly AttachedView[];
  /** The guard's file; null for none. Left out, it is looked for. */
  guardFile?: string | null;
  /** Which tables visitors may see; left out, all of them. */
  rules?: TableRules | undefined;
  /** For databases that are read on demand. */
  reads?: BlockReads | null;
}

export interface QueryOptions extends RowLimits {
  /** Milliseconds until the statement is ended; undefined for none. */
  timeLimit?: number;
  /** The SQL, or a part of it, was written by a visitor. */
  isVisitorSql?: boolean;
  /** The site's owner wrote the SQL: it may read what visitors may not. */
  asOwner?: boolean;
  /**
   * Statements that read the same, a part each. Only asked for where blocks are missing, which are then
   * fetched together. `ask` runs a statement that helps to find that out.
   */
  parts?: ((ask: Ask) => readonly Part[]) | undefined;
}

/** A row by column name, its numbers as JavaScript has them. */
export type PlainRow = Record<string, unknown>;

export type SqlParameters = Readonly<Record<string, SqlValue>>;

/** The same text for the same parameters. */
export function parametersText(parameters: SqlParameters): string {
  return JSON.stringify(parameters, (_name, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value,
  );
}

/** Milliseconds; no statement takes a day. */
const UNLIMITED = 86_400_000;

/** Per connection. */
const STATEMENTS_KEPT = 200;
const ANSWERS_KEPT = 200;

/** One database, open for reading only. Facts about it are kept until its content changes. */
export class Connection {
  readonly #database: SqliteDatabase;
  readonly #immutable: boolean;
  readonly #guard: Guard | null;
  readonly #rules: TableRules | undefined;
  readonly #reads: BlockReads | null;
  readonly #statements = new RecentMap<PreparedQuery>(STATEMENTS_KEPT);
  readonly #answers = new RecentMap<unknown>(ANSWERS_KEPT);
  readonly #facts = new Map<string, unknown>();
  #contentVersion = "";
  /** Names of `ConnectionOptions.views`. */
  readonly temporaryViews: readonly string[];

  /** `path` may be `:memory:`. */
  constructor(path: string, options: ConnectionOptions = {}) {
    this.#immutable = options.immutable ?? false;
    this.#rules = options.rules;
    this.#reads = options.reads ?? null;
    this.temporaryViews = (options.views ?? []).map(({ name }) => name);
    const database = openDatabase(path);
    try {
      this.#database = database;
      // Keeps the shared lock after the first read: no lock and no check for changes per statement.
      if (this.#immutable) database.pragma("locking_mode = exclusive");
      setCacheSize(database, options.cacheSizeKb ?? 0);
      database.function("escape_fts", { deterministic: true }, escapeFts);
      attach(database, options.attach, options.views);
      database.pragma("query_only = 1");
      const guardFile = options.guardFile === undefined ? findGuard() : options.guardFile;
      this.#guard = guardFile === null ? null : loadGuard(database, guardFile);
      this.#guard?.lock(options);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Why visitors may not run SQL of their own on this connection; null when they may. */
  get visitorSqlRefusal(): string | null {
    return this.#guard === null
      ? "Custom SQL is off because the SQLite guard is not installed"
      : null;
  }

  /** What visitors may not read. */
  get privacy(): Privacy {
    const rules = this.#rules;
    if (rules === undefined) return NOTHING_PRIVATE;
    return this.fact("privacy", () => {
      const privacy = decidePrivacy(readAllObjects(this), rules);
      this.#guard?.keepPrivate(privacy);
      return privacy;
    });
  }

  /**
   * Runs one statement that returns rows. In a database with private tables it reads no more than
   * visitors may, unless it is the owner's.
   * @throws SqlError
   */
  query(sql: string, parameters: SqlParameters = {}, options: QueryOptions = {}): QueryResult {
    const run = () => this.#query(sql, parameters, options);
    // The owner's SQL may name what is private.
    if (options.asOwner && this.#rules !== undefined) return counted(run);
    return traceStatement(sql, parameters, run);
  }

  #query(sql: string, parameters: SqlParameters, options: QueryOptions): QueryResult {
    const { timeLimit, isVisitorSql } = options;
    const guard = this.#guard;
    try {
      if (isVisitorSql) {
        if (guard === null) throw new SqlError(this.visitorSqlRefusal ?? "", false);
        const isRestricted = this.#isRestricted(options);
        return guard.runVisitorSql(
          timeLimit ?? UNLIMITED,
          () => this.#statement(sql, isRestricted),
          (statement) => {
            const { columns } = asRows(statement);
            checkNames(columns);
            const run = () => readRows(statement, columns, parameters, options);
            return isRestricted ? guard.asVisitor(run) : run();
          },
        );
      }
      const prepared = this.#prepare(sql, "exact", options);
      const { statement, columns } = prepared;
      const atOnce = this.#readAtOnce(prepared, parameters, options);
      if (atOnce !== null) return atOnce;
      const read = this.#reaching(options, () => readRows(statement, columns, parameters, options));
      const run = () => this.#together(options, read);
      return guard === null || timeLimit === undefined ? run() : guard.run(timeLimit, run);
    } catch (error) {
      throw asSqlError(error, this.#reads?.failure() ?? null);
    }
  }

  /** All rows, where they are small for certain; null where they are not, or nothing can tell. */
  #readAtOnce(
    prepared: PreparedQuery,
    parameters: SqlParameters,
    options: QueryOptions,
  ): QueryResult | null {
    const { timeLimit } = options;
    if (this.#guard === null || timeLimit === undefined || prepared.hasLongValues) return null;
    const { statement, columns } = prepared;
    const limit = valueLimit(columns, options);
    if (limit === null) return null;
    const read = this.#reaching(options, () => statement.all(parameters) as SqlValue[][]);
    const run = () => this.#together(options, read);
    try {
      return { columns, rows: this.#guard.run(timeLimit, run, limit), truncated: false };
    } catch (error) {
      if (!isTooBig(error)) throw error;
      prepared.hasLongValues = true;
      return null;
    }
  }

  /**
   * The same as objects, which is quicker, but integers beyond 2^53 are rounded, and INTEGER and REAL
   * look alike.
   * @throws SqlError
   */
  plainRows(sql: string, parameters: SqlParameters, options: QueryOptions): PlainRow[] {
    return traceStatement(sql, parameters, () => this.#plainRows(sql, parameters, options));
  }

  #plainRows(sql: string, parameters: SqlParameters, options: QueryOptions): PlainRow[] {
    try {
      const { statement } = this.#prepare(sql, "plain", options);
      const read = this.#reaching(options, () => statement.all(parameters) as PlainRow[]);
      const run = () => this.#together(options, read);
      const { timeLimit } = options;
      return this.#guard === null || timeLimit === undefined
        ? run()
        : this.#guard.run(timeLimit, run);
    } catch (error) {
      throw asSqlError(error, this.#reads?.failure() ?? null);
    }
  }

  /** The first column of the first row; null when there is no row. */
  value(sql: string, parameters: SqlParameters = {}, options: QueryOptions = {}): SqlValue {
    return this.query(sql, parameters, options).rows[0]?.[0] ?? null;
  }

  /** Rows of SQL about the schema, all of it: what visitors may not see is for the caller to leave out. */
  readSchema(sql: string, parameters: SqlParameters = {}): SqlValue[][] {
    return this.query(sql, parameters, { asOwner: true }).rows;
  }

  /** A fact about the database, found out once and kept until the database changes. */
  fact<T>(key: string, find: () => T): T {
    if (this.#facts.has(key)) return this.#facts.get(key) as T;
    const fact = find();
    this.#facts.set(key, fact);
    return fact;
  }

  /**
   * The answer to a question that visitors ask again and again, kept until the database changes or
   * others have been asked more lately. Errors are not kept.
   */
  remember<T>(question: string, find: () => T): T {
    const known = this.#answers.get(question);
    if (known !== undefined) return known as T;
    const answer = find();
    this.#answers.set(question, answer);
    return answer;
  }

  /** Forgets facts that no longer hold; to be called before each request. */
  refresh(): void {
    if (this.#immutable) return;
    const ask = (pragma: string) => this.readSchema(`pragma ${pragma}`)[0]?.[0];
    const version = `${ask("schema_version")}/${ask("data_version")}`;
    if (version === this.#contentVersion) return;
    this.#contentVersion = version;
    this.#facts.clear();
    this.#answers.clear();
    this.#statements.clear();
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  /** Whether a statement is held to what visitors may read. */
  #isRestricted({ asOwner }: QueryOptions): boolean {
    return this.#guard !== null && asOwner !== true && this.privacy.hasPrivate;
  }

  #reaching<T>(options: QueryOptions, run: () => T): () => T {
    const guard = this.#guard;
    return guard !== null && this.#isRestricted(options) ? () => guard.asVisitor(run) : run;
  }

  /** Runs `read`, with the blocks that its parts need fetched together where one is missing. */
  #together<T>(options: QueryOptions, read: () => T): T {
    const { parts } = options;
    if (this.#reads === null || parts === undefined) return read();
    return readTogether(this.#reads, read, () => {
      const run = ({ sql, parameters }: Part) => {
        const { statement } = this.#prepare(sql, "exact", options);
        return this.#reaching(options, () => statement.all(parameters) as SqlValue[][]);
      };
      return parts((sql, parameters) => run({ sql, parameters })()).map(run);
    });
  }

  #statement(sql: string, isRestricted: boolean): Statement {
    return isRestricted ? this.#guard!.prepareAsVisitor(sql) : this.#database.prepare(sql);
  }

  #prepare(sql: string, form: "exact" | "plain", options: QueryOptions): PreparedQuery {
    const isRestricted = this.#isRestricted(options);
    const key = `${form} ${isRestricted} ${sql}`;
    const known = this.#statements.get(key);
    if (known !== undefined) return known;
    const statement = this.#statement(sql, isRestricted);
    const prepared =
      form === "exact" ? asRows(statement) : { statement, columns: [], hasLongValues: false };
    this.#statements.set(key, prepared);
    return prepared;
  }
}
