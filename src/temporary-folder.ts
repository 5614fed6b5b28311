import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DslError } from "../runtime/core/dsl-error.ts";
import { pathProblem } from "../runtime/core/path-problem.ts";

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
