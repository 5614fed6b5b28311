/**
 * Whoever opens a database in write-ahead-log mode that nobody else has open makes the files SHM and WAL beside it,
 * reading alone included. Where another user writes it, these have to be for them, too: SQLite gives them the
 * database's permissions, but our user, and the writer would be told "attempt to write a readonly database".
 */
import { constants, type Stats } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { DslError } from "../../core/dsl-error.ts";

type Owned = Pick<Stats, "uid" | "gid" | "mode">;

/** `file` is the database itself, `path` what the user called it. Throws a DslError where opening it would do harm. */
export async function requireNoLockOut(file: string, path: string): Promise<void> {
  const us = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  const directory = dirname(file);
  if ((await isThere(`${file}-shm`)) && (await isThere(`${file}-wal`))) return;
  if (!(await isAllowed(directory, constants.W_OK))) return;
  if (!locksOut(await stat(file), await stat(directory), us)) return;
  throw new DslError(
    "would_lock_out",
    `${path} belongs to another user and is in write-ahead-log mode: to read it while its writer has it closed, this user would make files beside it that its writer may not write`,
    `run this as the user who writes it, or let both write: chmod g+w '${path}', in a directory of their group with chmod g+s`,
  );
}

/** Whether files that `us` makes beside the database are not for its owner to write. */
export function locksOut(
  database: Owned,
  directory: Owned,
  us: Pick<Owned, "uid" | "gid">,
  platform: NodeJS.Platform = process.platform,
): boolean {
  // What root makes SQLite gives to the owner of the database.
  if (us.uid === 0 || us.uid === database.uid) return false;
  if ((database.mode & 0o002) !== 0) return false;
  const inherits = (directory.mode & 0o2000) !== 0 || platform === "darwin";
  const group = inherits ? directory.gid : us.gid;
  return (database.mode & 0o020) === 0 || group !== database.gid;
}

function isThere(path: string): Promise<boolean> {
  return isAllowed(path, constants.F_OK);
}

async function isAllowed(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
