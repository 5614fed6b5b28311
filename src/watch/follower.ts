/** One database that is followed: from the commits of others to what is published. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { Inspection } from "../../runtime/core/format/inspection.ts";
import { Connection } from "../../runtime/core/sqlite/connection.ts";
import { inspectDatabase } from "../../runtime/core/sqlite/inspect.ts";
import { findHotPages } from "../../runtime/publisher/database/hot-pages.ts";
import { checkIntegrity } from "../../runtime/publisher/database/integrity.ts";
import type { DatabaseFacts } from "../../runtime/publisher/facts.ts";
import { LiveSource } from "./live-source.ts";
import { Mirror } from "./mirror.ts";

/** After so long the whole file is read once more, to find what the log may not have told. */
const CHECK_MS = 3_600_000;
/** Where each change needs a copy of the whole, copies take this part of the time at most. */
const COPYING_SHARE = 0.2;
/** Read by environments that find a new version: less than a site that changes seldom has. */
const HOT_BYTES = 128 * 1024;

export class Follower {
  readonly name: string;
  readonly path: string;
  /** Whether what was published last is what `take` gave last. */
  isPublished = false;
  /** When a commit was seen that is not published yet; by `performance.now`. */
  newsSince: number | null = null;
  readonly #source: LiveSource;
  readonly #mirror: Mirror;
  #isOpen = false;
  #isTaking = false;
  #copiedAt: number | null = null;
  #copyMs = 0;
  #inspection: { cookie: number; inspection: Inspection } | null = null;
  #repairs = 0;
  #copies = 0;

  /** `mirrorPath` is where the private copy goes. */
  constructor(name: string, path: string, mirrorPath: string) {
    this.name = name;
    this.path = path;
    this.#source = new LiveSource(path);
    this.#mirror = new Mirror(mirrorPath, path);
  }

  /** Blocks that a look at the whole file found to be other than what was followed. */
  get repairs(): number {
    return this.#repairs;
  }

  /** How often the whole file was copied. */
  get copies(): number {
    return this.#copies;
  }

  /** False where each change needs a copy of the whole. */
  get isWal(): boolean {
    return this.#source.isWal;
  }

  /** Looks for commits. Throws a DslError when the file is gone or is none. */
  async look(): Promise<void> {
    if (this.#isTaking) return;
    if (!this.#isOpen) await this.#open();
    try {
      this.#source.look();
    } catch (error) {
      // Such as by a program that writes a new file and renames it.
      if (!(error instanceof DslError) || error.code !== "file_replaced") throw error;
      this.reopen();
      return;
    }
    if (this.#source.hasNews) this.newsSince ??= performance.now();
  }

  /** Whether there is something to publish by now; `isLast`: or would be later. */
  isDue(isLast: boolean): boolean {
    if (!this.#isOpen) return false;
    if (!this.#source.hasNews) return !this.isPublished || (!isLast && this.#mustCheck());
    if (isLast || !this.#source.mustCopy || this.#copiedAt === null) return true;
    return performance.now() - this.#copiedAt > this.#copyMs / COPYING_SHARE;
  }

  /**
   * The database after some commit. What this returns refers to the private copy, which stays as it is until
   * this is called again. Throws a DslError; the next call then copies the whole file.
   */
  async take(): Promise<DatabaseFacts> {
    this.isPublished = false;
    this.#isTaking = true;
    try {
      const isFirst = this.#copiedAt === null;
      if (!this.#isOpen) await this.#open();
      this.#source.look();
      this.newsSince = null;
      if (this.#source.mustCopy || !this.#follow()) await this.#copy();
      else if (this.#mustCheck()) await this.#check();
      if (isFirst) checkIntegrity(this.#mirror.path, this.path);
      return this.#facts();
    } catch (error) {
      this.reopen();
      throw error;
    } finally {
      this.#isTaking = false;
    }
  }

  async #open(): Promise<void> {
    await this.#source.open();
    this.#isOpen = true;
  }

  /** To be called after an error: the file is opened again, and the whole is copied. */
  reopen(): void {
    this.close();
    this.#source.distrust();
  }

  close(): void {
    this.#isOpen = false;
    this.#source.close();
  }

  #mustCheck(): boolean {
    return this.#copiedAt !== null && performance.now() - this.#copiedAt > CHECK_MS;
  }

  /** False when the changes alone do not say what the database is now. */
  #follow(): boolean {
    const { pages, pageCount, hasShrunk } = this.#source.take();
    return pages.size === 0 || this.#mirror.apply(pages, pageCount, hasShrunk);
  }

  async #copy(): Promise<void> {
    const started = performance.now();
    await this.#mirror.rebuild((file) => this.#source.copyTo(file));
    this.#copiedAt = performance.now();
    this.#copyMs = this.#copiedAt - started;
    this.#copies++;
  }

  /** The whole anew; where nothing was committed meanwhile, it must be what was followed. */
  async #check(): Promise<void> {
    const { place } = this.#source;
    const { blocks } = this.#mirror.content;
    await this.#copy();
    if (
      this.#source.place !== place &&
      JSON.stringify(this.#source.place) !== JSON.stringify(place)
    )
      return;
    const after = this.#mirror.content.blocks;
    this.#repairs += after.filter((block, at) => block !== blocks[at]).length;
  }

  #facts(): DatabaseFacts {
    const { content, path: snapshot } = this.#mirror;
    return {
      name: this.name,
      source: this.path,
      snapshot,
      ...content,
      hot: findHotPages(snapshot, HOT_BYTES),
      inspection: this.#inspect(),
      // Databases of this origin are never embedded.
      zippedSize: content.size,
    };
  }

  /** The schema is read only when it has changed, and only virtual tables are counted. */
  #inspect(): Inspection {
    const { counts, schemaCookie: cookie } = this.#mirror;
    for (const name of counts.keys()) addVirtual(counts, name);
    const known = this.#inspection;
    if (known?.cookie === cookie && known.inspection.tables.every(({ name }) => counts.has(name))) {
      const tables = known.inspection.tables.map((table) => ({
        ...table,
        count: counts.get(table.name) ?? null,
      }));
      return { ...known.inspection, tables };
    }
    const connection = new Connection(this.#mirror.path, { immutable: true, guardFile: null });
    try {
      const inspection = inspectDatabase(connection, counts);
      this.#inspection = { cookie, inspection };
      return inspection;
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      throw new DslError(
        "database_unreadable",
        `The tables of ${this.path} cannot be read: ${detail}`,
        `see whether this works: sqlite3 '${this.path}' .schema`,
        { cause: error },
      );
    } finally {
      connection.close();
    }
  }
}

/** A full-text index has a row in `NAME_docsize` or `NAME_content` for each of its own, an R-Tree in `NAME_rowid`. */
function addVirtual(counts: Map<string, number>, table: string): void {
  const name = /^(.+)_(docsize|rowid)$/.exec(table)?.[1];
  if (name !== undefined && !counts.has(name)) counts.set(name, counts.get(table)!);
}
