/**
 * The database files that were fetched to this machine's temporary directory. Each is fetched once,
 * however many ask for it at the same time.
 */
import { readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ManifestDatabase } from "../../core/format/manifest.ts";
import { log } from "../../core/log.ts";
import type { Bucket } from "../../core/store/s3.ts";
import { fetchDatabase, type LocalCopy } from "./fetch-database.ts";

interface Entry {
  name: string;
  copy: Promise<LocalCopy>;
}

export class LocalFiles {
  readonly directory: string;
  readonly #bucket: Bucket;
  /** By the SHA-256 of the file; the latest last. */
  readonly #entries = new Map<string, Entry>();
  #removals: Promise<unknown> = Promise.resolve();

  constructor(bucket: Bucket, directory = join(tmpdir(), "dsl", bucket.name)) {
    this.#bucket = bucket;
    this.directory = directory;
  }

  /**
   * The file of a database, fetched first where it is not here. After a failure the next call tries
   * again. Throws what `fetchDatabase` throws.
   */
  fetch(database: ManifestDatabase): Promise<LocalCopy> {
    const known = this.#entries.get(database.sha256);
    if (known) return known.copy;
    const previous = [...this.#entries.values()].findLast((each) => each.name === database.name);
    const copy = this.#fetch(database, previous ?? null);
    this.#entries.set(database.sha256, { name: database.name, copy });
    copy.catch(() => this.#entries.delete(database.sha256));
    return copy;
  }

  async #fetch(database: ManifestDatabase, previous: Entry | null): Promise<LocalCopy> {
    await this.#removals;
    const source = (await previous?.copy.catch(() => null)) ?? null;
    const { copy, report } = await fetchDatabase(this.#bucket, database, this.directory, source);
    const megabytesPerSecond = Math.round(report.bytes / 1000 / Math.max(report.milliseconds, 1));
    log("info", "fetched a database", { database: database.name, ...report, megabytesPerSecond });
    return copy;
  }

  /** Removes the fetched files that are not among `wanted` (SHA-256). */
  keepOnly(wanted: ReadonlySet<string>): void {
    for (const [sha256, { copy }] of this.#entries) {
      if (wanted.has(sha256)) continue;
      this.#entries.delete(sha256);
      const removal = copy.then(({ path }) => rm(path, { force: true })).catch(() => {});
      this.#removals = Promise.all([this.#removals, removal]);
    }
  }

  /**
   * Removes what processes that are gone left behind: partial files, and database files that are
   * not among `wanted`.
   */
  async sweep(wanted: ReadonlySet<string>): Promise<void> {
    const names = await readdir(this.directory).catch(() => []);
    for (const name of names) {
      const [, sha256 = "", pid] = name.match(/^([0-9a-f]{64})\.db(?:\.(\d+)\.partial)?$/) ?? [];
      if (sha256 === "") continue;
      const inUse = pid === undefined ? wanted.has(sha256) : isAlive(Number(pid));
      // What cannot be removed (another user's, on a shared disk) does no harm.
      if (!inUse) await rm(join(this.directory, name), { force: true }).catch(() => {});
    }
  }
}

/** Whether another process has this id; this process has just started and has no files yet. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
