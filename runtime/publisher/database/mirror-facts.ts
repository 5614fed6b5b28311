/** What is published of a private copy that follows a database; rows are not counted, but known. */
import { DslError } from "../../core/dsl-error.ts";
import type { Inspection } from "../../core/format/inspection.ts";
import { Connection } from "../../core/sqlite/connection.ts";
import { inspectDatabase } from "../../core/sqlite/inspect.ts";
import type { DatabaseFacts } from "../facts.ts";
import { findHotPages } from "./hot-pages.ts";
import type { Mirror } from "./mirror.ts";

/** Read by environments that find a new version: less than a site that changes seldom has. */
const HOT_BYTES = 128 * 1024;

export class MirrorFacts {
  readonly #mirror: Mirror;
  readonly #name: string;
  readonly #source: string;
  #inspection: { cookie: number; inspection: Inspection } | null = null;

  /** `source` is what was named, for messages. */
  constructor(mirror: Mirror, name: string, source: string) {
    this.#mirror = mirror;
    this.#name = name;
    this.#source = source;
  }

  /** What refers to the private copy, and is right until that is changed. Throws a DslError. */
  now(): DatabaseFacts {
    const { content, path: snapshot } = this.#mirror;
    return {
      name: this.#name,
      source: this.#source,
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
        `The tables of ${this.#source} cannot be read: ${detail}`,
        `see whether this works: sqlite3 '${this.#source}' .schema`,
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
