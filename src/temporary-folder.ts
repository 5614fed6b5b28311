import { existsSync, mkdtempSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DslError } from "../runtime/core/dsl-error.ts";
import { pathProblem } from "../runtime/core/path-problem.ts";
import { formatBytes } from "../runtime/core/quantities.ts";

/** Throws a DslError when the disk of `folder` has less room than `bytes`. */
export async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw new DslError(
    "disk_full",
    `Copies of the databases need ${formatBytes(bytes)}, and ${dirname(folder)} has ${formatBytes(free)} left`,
    "free some space, or set TMPDIR to a folder on a larger disk",
  );
}

/** Makes a folder readable only by this user, whose name starts with `prefix`. Throws DslError. */
export function makeTemporaryFolder(prefix: string, root = tmpdir()): string {
  try {
    return mkdtempSync(join(root, prefix));
  } catch (error) {
    const problem = pathProblem(error);
    if (problem === null) throw error;
    // mkdtemp says ENOENT also where the folder is there but cannot have others in it (/proc).
    const why = problem === "does not exist" && existsSync(root) ? "cannot be written" : problem;
    throw new DslError(
      "no_temporary_folder",
      `The folder for temporary files, ${root}, ${why}`,
      "set TMPDIR to a folder of your own, with room for a copy of the databases",
      { cause: error },
    );
  }
}
