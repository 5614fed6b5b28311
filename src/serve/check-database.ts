import { stat } from "node:fs/promises";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { checkFile, missingEnd } from "../../runtime/publisher/database/check-file.ts";
import { checkIntegrity } from "../../runtime/publisher/database/integrity.ts";
import { sqliteCode } from "../../runtime/publisher/database/sqlite-errors.ts";
import type { ServedFile } from "../../runtime/site/sources/files.ts";
import { databaseUrl } from "../../runtime/site/sources/files.ts";

/** Larger files are not read through before they are served: that would take seconds. */
const CHECKED_BYTES = 256 * 1024 * 1024;

/**
 * Looks whether a file can be served: throws the DslError that `update-stack` gives for it, returns
 * warnings. Not to be called while this process has the file open (see `checkFile`).
 */
export async function checkServedFile(file: ServedFile, nolock: boolean): Promise<string[]> {
  const { size } = await checkFile(file.path);
  if (size > CHECKED_BYTES) return [];
  try {
    return checkIntegrity(databaseUrl(file, nolock), file.path);
  } catch (error) {
    if (error instanceof DslError && error.code === "corrupt_database") {
      throw (await missingEnd(file.path)) ?? error;
    }
    throw lockedFile(error, file.path) ?? error;
  }
}

function lockedFile(error: unknown, path: string): DslError | null {
  const cause = error instanceof DslError ? error.cause : error;
  if (!sqliteCode(cause)?.startsWith("SQLITE_BUSY")) return null;
  return new DslError(
    "database_locked",
    `${path} is locked by another program`,
    "--nolock, to read it all the same, or try again when that program has finished",
    { cause },
  );
}

/** Whether the path names a directory; false where there is nothing. */
export async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}
