import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DslError } from "../runtime/core/dsl-error.ts";
import { pathProblem } from "../runtime/core/path-problem.ts";

/**
 * Makes a folder to write in and those above it, as far as they are not there. Throws DslError
 * `no_folder` with `hint` when that is not possible. (Node's own recursive mkdir never returns where a
 * file system has no such folders and cannot get them, as below /proc.)
 */
export function makeFolder(path: string, hint: string): void {
  try {
    const folder = resolve(path);
    for (const missing of missingFolders(folder)) makeOne(missing);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    const problem = problemWith(error as NodeJS.ErrnoException);
    if (problem === null) throw error;
    throw new DslError("no_folder", `The folder ${path} cannot be written: ${problem}`, hint, {
      cause: error,
    });
  }
}

/** From the outermost on. Throws what is in the way. */
function missingFolders(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return [...missingFolders(dirname(path)), path];
  if (stats.isDirectory()) return [];
  throw Object.assign(new Error(`${path} is a file`), { code: "ENOTDIR", path });
}

function makeOne(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may be making the same.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

function problemWith(error: NodeJS.ErrnoException): string | null {
  if (error.code === "ENOTDIR") return `${error.path} is not a folder`;
  if (error.code === "ENOENT") return `${error.path} cannot be made there`;
  const problem = pathProblem(error);
  return problem === null ? null : `${error.path} ${problem}`;
}
