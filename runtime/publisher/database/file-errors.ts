/** What the operating system's errors mean for somebody who named a database file. */
import { DslError } from "../../core/dsl-error.ts";
import { pathProblem } from "../../core/path-problem.ts";

/** True for an error of the operating system with one of these codes ("ENOENT"). */
export function isErrno(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** Turns the error of a file operation on a database into a DslError; other errors come back as they are. */
export function translateFileError(error: unknown, path: string): unknown {
  if (isErrno(error, "ENOENT", "ENOTDIR")) {
    return new DslError(
      "file_not_found",
      `There is no file ${path}`,
      "check the path; it is relative to the current directory",
      { cause: error },
    );
  }
  if (isErrno(error, "EACCES", "EPERM")) return unreadable(path, error);
  if (isErrno(error, "EIO")) {
    return new DslError(
      "file_unreadable",
      `${path} cannot be read: the disk reports an error`,
      "copy the file to another disk and use the copy",
      { cause: error },
    );
  }
  if (isErrno(error, "ENOSPC", "EDQUOT")) return diskFull(path, error);
  const problem = pathProblem(error);
  if (problem === null) return error;
  return new DslError("file_unreadable", `${path} ${problem}`, "name another file", {
    cause: error,
  });
}

export function diskFull(path: string, cause: unknown): DslError {
  return new DslError(
    "disk_full",
    `There is no room for a copy of ${path} in the temporary directory`,
    "free some space, or set TMPDIR to a directory on a larger disk",
    { cause },
  );
}

function unreadable(path: string, cause: unknown): DslError {
  return new DslError(
    "file_unreadable",
    `${path} cannot be read: permission denied`,
    `chmod +r '${path}', or run this as a user who may read it`,
    { cause },
  );
}
