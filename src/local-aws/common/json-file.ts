/** State that is one JSON document on disk: read whole, replaced whole. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** The parsed document, or undefined when there is none. The local AWS wrote it, so it is trusted. */
export function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Replaces the document, which may hold keys, by rename, so that a process killed at any moment leaves the old one or the
 * new one. Synchronous on purpose: two changes of the same state can never overtake each other.
 */
export function writeJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const incoming = `${path}.new`;
  writeFileSync(incoming, JSON.stringify(value), { mode: 0o600 });
  renameSync(incoming, path);
}
