/** Which databases are followed: the files and replicas that were named, and those that come into the directories. */
import { open, readdir, realpath, stat } from "node:fs/promises";
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
  await requireDistinct(named);
  return { named, directories };
}

/** Nobody may open and close a file that SQLite has open in the same process: that would drop its locks. */
async function requireDistinct(named: readonly NamedDatabase[]): Promise<void> {
  const names = new Map<string, string>();
  for (const { name, path } of named) {
    const real = await realPath(path);
    const other = names.get(real);
    if (other !== undefined) {
      throw new DslError(
        "same_file",
        `${other} and ${name} are one file, ${real}`,
        "name it once",
        {
          exitCode: 2,
        },
      );
    }
    names.set(real, name);
  }
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
  const paths = new Set(await Promise.all(found.map(({ path }) => realPath(path))));
  for (const directory of directories) {
    const entries = await readdir(directory).catch(() => []);
    for (const entry of entries.sort()) {
      const path = join(directory, entry);
      if (!DATABASE.test(entry)) continue;
      const real = await realPath(path);
      // Not opened while SQLite has it open in this process, by whatever name.
      if (paths.has(real) || (!known.has(path) && !(await isDatabase(path)))) continue;
      paths.add(real);
      const { name } = parse(entry);
      const other = found.find((database) => database.name === name);
      if (other === undefined) found.push({ name, path });
      else clash(path, other);
    }
  }
  return found;
}

async function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
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
