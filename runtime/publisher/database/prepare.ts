import { join } from "node:path";
import type { Manifest } from "../../core/format/manifest.ts";
import type { DatabaseFacts, NamedDatabase } from "../facts.ts";
import { hashFile } from "./hash-file.ts";
import { findHotPages } from "./hot-pages.ts";
import { inspectSnapshot } from "./inspect.ts";
import { checkIntegrity } from "./integrity.ts";
import { scrubFreeSpace } from "./scrub.ts";
import { snapshotDatabase } from "./snapshot.ts";
import { estimateZippedSize } from "./zipped-size.ts";

export interface Prepared {
  databases: DatabaseFacts[];
  /** What is odd about the databases, though they can be published. */
  warnings: string[];
}

/** What preparing needs to know besides the files. */
export interface Preparation {
  /** Where the snapshots go. */
  directory: string;
  /** The version of dsl that publishes. */
  software: string;
  /** The current version; null: there is none. */
  published: Manifest | null;
  /** Publish deleted rows that are still in the file (`--keep-free-space`). */
  keepFreeSpace: boolean;
}

/** `done` and `total` are bytes in "hash", pages in "copy" and "scrub"; "inspect" tells no progress. */
export type PrepareProgress = (
  database: NamedDatabase,
  phase: "copy" | "scrub" | "hash" | "inspect",
  done: number,
  total: number,
) => void;

/**
 * Finds out everything about the databases that planning and publishing need, from snapshots without
 * deleted rows, one after the other. A database with the hash of one that this version of dsl already
 * published is not checked and inspected again. Throws a DslError for the first that
 * cannot be published.
 */
export async function prepareDatabases(
  databases: NamedDatabase[],
  { directory, software, published, keepFreeSpace }: Preparation,
  onProgress: PrepareProgress = () => {},
): Promise<Prepared> {
  const known = published?.software === software ? published.databases : [];
  const prepared: Prepared = { databases: [], warnings: [] };
  for (const [i, database] of databases.entries()) {
    const { name, path, source = path } = database;
    const snapshot = join(directory, `${i}.db`);
    await snapshotDatabase(path, snapshot, (done, total) =>
      onProgress(database, "copy", done, total),
    );
    if (!keepFreeSpace) {
      await scrubFreeSpace(snapshot, source, (done, total) =>
        onProgress(database, "scrub", done, total),
      );
    }
    const hashed = await hashFile(snapshot, (done, total) =>
      onProgress(database, "hash", done, total),
    );
    let inspection = known.find(({ sha256 }) => sha256 === hashed.sha256)?.inspection;
    if (inspection === undefined) {
      onProgress(database, "inspect", 0, 1);
      prepared.warnings.push(...checkIntegrity(snapshot, source));
      inspection = inspectSnapshot(snapshot, source);
    }
    const hot = findHotPages(snapshot);
    const zippedSize = await estimateZippedSize(snapshot);
    const facts = { name, source, snapshot, ...hashed, hot, inspection, zippedSize };
    prepared.databases.push(facts);
  }
  return prepared;
}
