/**
 * The operating system's errors about a path, in words that follow it: "data.db does not exist".
 * https://man7.org/linux/man-pages/man3/errno.3.html
 */
const PROBLEMS: Record<string, string> = {
  ENOENT: "does not exist",
  ENOTDIR: "is not a folder, or is below something that is not one",
  EISDIR: "is a directory",
  EEXIST: "exists already",
  EACCES: "is not accessible: permission denied",
  EPERM: "is not accessible: the system does not permit it",
  EROFS: "is on a disk that cannot be written",
  ENOSPC: "is on a full disk",
  EDQUOT: "is on a disk whose quota is used up",
  ELOOP: "leads in a circle of links",
  ENAMETOOLONG: "is too long: a name has at most 255 bytes",
  EMFILE: "cannot be opened: too many files are open",
  ENFILE: "cannot be opened: too many files are open",
  EIO: "cannot be read or written: the disk reports an error",
  EBUSY: "is in use",
  ENODEV: "is not a file",
  ENXIO: "is not a file",
};

/** null for what is no error of the operating system about a path. */
export function pathProblem(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error)) return null;
  return PROBLEMS[String(error.code)] ?? null;
}
