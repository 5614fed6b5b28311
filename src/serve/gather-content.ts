/** From the command line of `dsl serve` to what is served: files, configuration, static files. */

import { resolve } from "node:path";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { Inspection } from "../../runtime/core/format/inspection.ts";
import type { StaticMount } from "../../runtime/core/format/mounts.ts";
import { Connection } from "../../runtime/core/sqlite/connection.ts";
import { inspectDatabase } from "../../runtime/core/sqlite/inspect.ts";
import { SqlError } from "../../runtime/core/sqlite/sql-error.ts";
import { hashFile } from "../../runtime/publisher/database/hash-file.ts";
import type { SiteContent } from "../../runtime/publisher/facts.ts";
import { databaseUrl, type ServedFile } from "../../runtime/site/sources/files.ts";
import { convertNamed } from "../convert/convert-named.ts";
import { isDataFile } from "../convert/data-file.ts";
import type { DataFileRules } from "../convert/rules-of-flags.ts";
import { nameDatabases } from "../database-names.ts";
import { checkMounts } from "../package/static-files.ts";
import { type CheckedContent, type ContentSource, readSiteContent } from "../site-content.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { createWorkFolder } from "../work-folder.ts";
import { checkServedFile, isDirectory } from "./check-database.ts";
import { checkNames } from "./check-names.ts";
import { type ConfigDirectory, readConfigDirectory } from "./config-directory.ts";
import { type InspectData, readInspectFile } from "./inspect-file.ts";

export interface ServeOptions {
  /** Database files, and at most one directory. */
  paths: string[];
  /** `name=path`: files that are served under another name. */
  alias: string[];
  immutable: string[];
  config: ContentSource | null;
  metadata: ContentSource | null;
  inspectFile: string | null;
  settings: SiteContent["settings"];
  flags: SiteContent["flags"];
  memory: boolean;
  nolock: boolean;
  mounts: StaticMount[];
  /** How data files become tables. */
  dataFiles: DataFileRules;
}

export interface ServedContent {
  files: ServedFile[];
  site: CheckedContent;
  memory: boolean;
  mounts: StaticMount[];
  warnings: string[];
}

/** Throws a DslError for the first thing that cannot be served. */
export async function gatherContent(
  options: ServeOptions,
  reporter: Reporter,
): Promise<ServedContent> {
  const directory = await findDirectory(options.paths);
  const site = await readSiteContent(
    options.config ?? directory?.configFile ?? null,
    options.metadata ?? directory?.metadataFile ?? null,
    options.settings,
    options.flags,
  );
  const inspectFile = options.inspectFile ?? directory?.inspectFile ?? null;
  const inspectData = inspectFile === null ? {} : await readInspectFile(inspectFile);
  const warnings = directory?.ignored.map((path) => `${path} is not used by dsl`) ?? [];
  warnings.push(...site.config.notes);
  const files: ServedFile[] = [];
  for (const file of await listFiles(options, directory, inspectData, reporter)) {
    warnings.push(...(await checkServedFile(file, options.nolock)));
    files.push(file.isMutable ? file : await addFacts(file, inspectData));
  }
  warnings.push(...checkNames(site.config, files, options.nolock, directory !== null));
  const mounts = [...options.mounts];
  if (mounts.length === 0 && directory?.staticDirectory) {
    mounts.push({ mount: "static", directory: directory.staticDirectory });
  }
  checkMounts(mounts, files);
  const memory = options.memory || options.flags.crossdb || files.length === 0;
  return { files, site, memory, mounts, warnings };
}

async function findDirectory(paths: string[]): Promise<ConfigDirectory | null> {
  const directories: string[] = [];
  for (const path of paths) if (await isDirectory(path)) directories.push(path);
  if (directories.length > 1) {
    throw new DslError(
      "several_directories",
      `${directories.join(" and ")} are directories, and only one can be served`,
      "name one directory, and the databases of the others as files",
      { exitCode: 2 },
    );
  }
  return directories[0] === undefined ? null : readConfigDirectory(directories[0]);
}

/** As Datasette orders them: files, immutable files, those of the directory. */
async function listFiles(
  options: ServeOptions,
  directory: ConfigDirectory | null,
  inspectData: InspectData,
  reporter: Reporter,
): Promise<ServedFile[]> {
  const mutable: string[] = [];
  for (const path of options.paths) if (!(await isDirectory(path))) mutable.push(path);
  const immutable = new Set(options.immutable.map((path) => resolve(path)));
  // In a directory with an inspect file, the databases that it describes do not change.
  const described = new Set(Object.values(inspectData).map(({ file }) => file));
  const paths = [...mutable, ...options.immutable, ...(directory?.databases ?? [])];
  const named = nameDatabases(paths, options.alias);
  const hasData = named.some(({ path }) => isDataFile(path));
  const folder = hasData ? await createWorkFolder() : "";
  const { databases } = await convertNamed(named, options.dataFiles, folder, reporter);
  return databases.map(({ name, path }) => {
    const isDescribed =
      directory !== null && immutable.size === 0 && described.has(path.split("/").at(-1));
    const isMutable = !immutable.has(resolve(path)) && !isDescribed;
    return { name, path: resolve(path), isMutable, sha256: null, inspection: null };
  });
}

/** What stays true of an immutable file: its hash, its schema and its counts, those of the inspect file first. */
async function addFacts(file: ServedFile, inspectData: InspectData): Promise<ServedFile> {
  const inspected = inspectData[file.name];
  const sha256 = inspected?.hash ?? (await hashFile(file.path)).sha256;
  const connection = new Connection(databaseUrl(file, false), { immutable: true });
  try {
    const counts = new Map(
      Object.entries(inspected?.tables ?? {}).map(([table, { count }]) => [table, count]),
    );
    const inspection: Inspection = inspectDatabase(connection, counts);
    return { ...file, sha256, inspection };
  } catch (error) {
    // The site can be served without; what cannot be read says so on its own page.
    if (!(error instanceof SqlError)) throw error;
    return { ...file, sha256 };
  } finally {
    connection.close();
  }
}
