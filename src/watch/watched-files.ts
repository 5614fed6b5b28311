/** Which databases are followed: the files and replicas that were named, and those that come into the directories. */
import { open, readdir, stat } from "node:fs/promises";
import { join, parse, resolve } from "node:path";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { checkFile } from "../../runtime/publisher/database/check-file.ts";
import type { NamedDatabase } from "../../runtime/publisher/facts.ts";
import { nameDatabases } from "../database-names.ts";
import { isReplica } from "../litestream/replica-place.ts";
import type { TypedDatabases } from "../project-file/project-databases.ts";

const DATABASE = /\.(db|sqlite|sqlite3)$/;
const MAGIC = "SQLite format 3\0";

export interface WatchedFiles {
  named: NamedDatabase[];
  directories: string[];
}

/** Throws a DslError for a file that is no database, and for names that cannot be; for no files with `hint`. */
export async function watchedFiles(
  { databases, alias }: TypedDatabases,
  hint: string,
): Promise<WatchedFiles> {
  if (databases.length + alias.length === 0) {
    throw new DslError("usage", "No database was named", hint, { exitCode: 2 });
  }
  const directories: string[] = [];
  const files: string[] = [];
  for (const path of databases) ((await isDirectory(path)) ? directories : files).push(path);
  const named = nameDatabases(files, alias);
  for (const { path } of named) if (!isReplica(path)) await checkFile(path);
  return { named, directories };
}

/**
 * All databases that there are by now; `clash` is told of files that cannot have the name that they would get. A file
 * without a database's header is not one yet.
 */
export async function findDatabases(
  { named, directories }: WatchedFiles,
  known: ReadonlySet<string>,
  clash: (path: string, other: NamedDatabase) => void,
): Promise<NamedDatabase[]> {
  const found = [...named];
  const paths = new Set(found.map(({ path }) => resolve(path)));
  for (const directory of directories) {
    const entries = await readdir(directory).catch(() => []);
    for (const entry of entries.sort()) {
      const path = join(directory, entry);
      if (!DATABASE.test(entry) || paths.has(resolve(path))) continue;
      // Not opened while SQLite has it open in this process: that would drop its locks.
      if (!known.has(path) && !(await isDatabase(path))) continue;
      paths.add(resolve(path));
      const { name } = parse(entry);
      const other = found.find((database) => database.name === name);
      if (other === undefined) found.push({ name, path });
      else clash(path, other);
    }
  }
  return found;
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

async function isDatabase(path: string): Promise<boolean> {
  const file = await open(path).catch(() => null);
  if (file === null) return false;
  try {
    const { buffer } = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
    return buffer.toString("latin1") === MAGIC;
  } catch {
    return false;
  } finally {
    await file.close();
  }
}
