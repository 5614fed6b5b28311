import { constants } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Linux's O_TMPFILE, which Node does not name: https://man7.org/linux/man-pages/man2/open.2.html */
const TMPFILE = 0o20000000 | constants.O_DIRECTORY;

/** What systems say that have no such thing. */
const NO_TMPFILE = ["EOPNOTSUPP", "ENOTSUP", "EISDIR", "ENOENT", "EINVAL"];

/**
 * A file that no folder knows: whatever ends the process, nothing stays behind. `path` is its name for a moment
 * where the system or the file system cannot do without.
 */
export async function openNameless(path: string): Promise<FileHandle> {
  if (process.platform === "linux") {
    try {
      return await open(dirname(path), TMPFILE | constants.O_RDWR, 0o600);
    } catch (error) {
      if (!NO_TMPFILE.includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  }
  const file = await open(path, "wx+", 0o600);
  await rm(path);
  return file;
}
