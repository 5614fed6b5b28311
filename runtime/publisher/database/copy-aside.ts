/**
 * Copies the files of a database that SQLite could only read by writing next to it: after a crash
 * (a hot rollback journal), in write-ahead-log mode with nobody there who keeps its index, or where
 * the directory cannot be written. SQLite then repairs the copy instead of the source.
 */
import { constants } from "node:fs";
import { access, chmod, copyFile, open, rm } from "node:fs/promises";
import { isErrno, translateFileError } from "./file-errors.ts";
import { HEADER_SIZE } from "./sqlite-header.ts";

/** What a database consists of besides its index (-shm), which SQLite makes anew. */
const SUFFIXES = ["", "-wal", "-journal"];

/** True when another process keeps the database open in write-ahead-log mode, or did until it crashed. */
export async function hasWalIndex(path: string): Promise<boolean> {
  return access(`${path}-shm`).then(
    () => true,
    () => false,
  );
}

/**
 * Copies `path` and its journals to `target`. There are no locks, so the copy counts only when
 * nothing about the files changed while they were read: returns false when something did.
 */
export async function copyAside(path: string, target: string): Promise<boolean> {
  const before = await fingerprints(path);
  for (const [i, suffix] of SUFFIXES.entries()) {
    if (before[i] === null) await rm(target + suffix, { force: true });
    else await copy(path + suffix, target + suffix);
  }
  const after = await fingerprints(path);
  return before.every((value, i) => value === after[i]);
}

async function copy(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    await chmod(to, 0o600);
  } catch (error) {
    // A journal that vanished meanwhile shows in the fingerprints.
    if (!isErrno(error, "ENOENT")) throw translateFileError(error, from);
  }
}

function fingerprints(path: string): Promise<(string | null)[]> {
  return Promise.all(SUFFIXES.map((suffix) => fingerprint(path + suffix)));
}

/**
 * Changes with every commit: the main file's header has a change counter, a restarted log has a new
 * salt in its header, an appended log a new size. The time alone ticks too coarsely.
 */
async function fingerprint(path: string): Promise<string | null> {
  try {
    const file = await open(path);
    try {
      const { ino, size, mtimeNs } = await file.stat({ bigint: true });
      const { buffer } = await file.read(Buffer.alloc(HEADER_SIZE), 0, HEADER_SIZE, 0);
      return [ino, size, mtimeNs, buffer.toString("hex")].join(" ");
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isErrno(error, "ENOENT")) return null;
    throw translateFileError(error, path);
  }
}
