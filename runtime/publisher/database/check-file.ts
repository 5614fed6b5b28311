/**
 * The first look at a file that the user named as a database: cheap, and before SQLite opens it, so
 * that the usual mistakes get a sentence of their own.
 *
 * Never called while this process has the file open in SQLite: closing any other descriptor of a file
 * drops all POSIX locks that the process holds on it (https://www.sqlite.org/howtocorrupt.html, 2.2).
 */
import { constants } from "node:fs";
import { access, open, realpath, stat } from "node:fs/promises";
import { DslError } from "../../core/dsl-error.ts";
import { isErrno, translateFileError } from "./file-errors.ts";
import { describeFileKind, looksEncrypted } from "./file-kind.ts";
import { requireNoLockOut } from "./lock-out.ts";
import { parseSqliteHeader, type SqliteHeader } from "./sqlite-header.ts";

const SAMPLE_SIZE = 4096;

export interface CheckedFile {
  /** As the user named it. */
  path: string;
  /** The file itself, absolute: SQLite keeps -wal and -journal next to what a symbolic link leads to. */
  file: string;
  /** Bytes of the main file. */
  size: number;
  header: SqliteHeader;
}

/**
 * Checks that the path is a readable SQLite 3 file. Throws a DslError otherwise. Does not judge the
 * file's length, which changes under a writer: see `missingEnd`.
 */
export async function checkFile(path: string): Promise<CheckedFile> {
  const { size, start } = await readStart(path);
  if (size === 0) {
    throw new DslError(
      "empty_file",
      `${path} is an empty file, not a database`,
      "check the path: SQLite creates an empty file when a database is opened under a wrong name",
    );
  }
  const header = parseSqliteHeader(start);
  if (header === null) throw notADatabase(path, start, size);
  const file = await realpath(path);
  if (header.wal) {
    await checkReadable(`${file}-wal`, path);
    await requireNoLockOut(file, path);
  }
  return { path, file, size, header };
}

/**
 * For a file that SQLite found damaged: the error that says how much of its end is missing, or null
 * when it has the length that its header promises.
 */
export async function missingEnd(path: string): Promise<DslError | null> {
  const { size, header } = await checkFile(path);
  const expected = (header.pageCount ?? 0) * header.pageSize;
  if (size >= expected) return null;
  return new DslError(
    "truncated_database",
    `${path} has ${size} of the ${expected} bytes that its header promises: its end is missing`,
    "copy or download the file again",
  );
}

async function readStart(path: string): Promise<{ size: number; start: Buffer }> {
  try {
    const info = await stat(path);
    if (info.isDirectory()) {
      throw new DslError(
        "is_directory",
        `${path} is a directory, not a database file`,
        `name the files in it, such as ${path.replace(/\/+$/, "")}/*.db`,
      );
    }
    if (!info.isFile()) {
      throw new DslError(
        "not_a_file",
        `${path} is not a regular file`,
        "save the database to a file and name that",
      );
    }
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(SAMPLE_SIZE), 0, SAMPLE_SIZE, 0);
      return { size: info.size, start: buffer.subarray(0, bytesRead) };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw translateFileError(error, path);
  }
}

async function checkReadable(companion: string, path: string): Promise<void> {
  try {
    await access(companion, constants.R_OK);
  } catch (error) {
    if (isErrno(error, "EACCES", "EPERM")) {
      throw new DslError(
        "wal_unreadable",
        `${companion} cannot be read, and it holds the newest changes of ${path}`,
        `chmod +r '${companion}', or run this as the user who writes the database`,
        { cause: error },
      );
    }
  }
}

function notADatabase(path: string, start: Buffer, size: number): DslError {
  if (start.toString("latin1").startsWith("SQLite format 3")) {
    return new DslError(
      "truncated_database",
      `${path} has only ${size} bytes: all but the start of the database is missing`,
      "copy or download the file again",
    );
  }
  if (looksEncrypted(start, size)) {
    return new DslError(
      "encrypted_database",
      `${path} seems to be encrypted: its header is random bytes`,
      "export an unencrypted copy, with SQLCipher: ATTACH 'plain.db' AS plain KEY ''; SELECT sqlcipher_export('plain')",
    );
  }
  const kind = describeFileKind(start);
  return new DslError(
    "not_a_database",
    `${path} is not a SQLite database${kind === null ? "" : `: it looks like ${kind}`}`,
    hintFor(kind, path),
  );
}

function hintFor(kind: string | null, path: string): string {
  if (kind?.includes("LFS")) return "git lfs pull";
  if (kind?.includes("archive")) return "unpack it first";
  if (kind?.includes("log of a SQLite") || kind?.includes("journal of a SQLite")) {
    return "name the database itself, without -wal or -journal";
  }
  if (/CSV|tab-separated|JSON/.test(kind ?? "")) {
    return `make a database of it: dsl convert '${path}' -o NEW.db`;
  }
  if (kind?.includes("SQL text")) return "make a database of it: sqlite3 data.db < FILE";
  return "name a file that SQLite 3 made";
}
