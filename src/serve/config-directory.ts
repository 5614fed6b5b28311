/**
 * What a directory contributes when it is served, as in Datasette's configuration directory mode:
 * https://docs.datasette.io/en/latest/settings.html#configuration-directory-mode
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DslError } from "../../runtime/core/dsl-error.ts";

export interface ConfigDirectory {
  databases: string[];
  /** Paths; null where the directory has none. */
  configFile: string | null;
  metadataFile: string | null;
  inspectFile: string | null;
  staticDirectory: string | null;
  /** What is there but has no effect. */
  ignored: string[];
}

const DATABASE = /\.(db|sqlite|sqlite3)$/;
const CONFIG_FILES = ["datasette.json", "datasette.yaml", "datasette.yml"];
const METADATA_FILES = ["metadata.json", "metadata.yaml", "metadata.yml"];
const IGNORED = ["plugins", "templates"];

/** Throws a DslError when there is no database in the directory. */
export async function readConfigDirectory(directory: string): Promise<ConfigDirectory> {
  const names = (await readdir(directory)).sort();
  const find = (candidates: string[]) => {
    const found = candidates.find((name) => names.includes(name));
    return found === undefined ? null : join(directory, found);
  };
  const databases = names.filter((name) => DATABASE.test(name));
  if (databases.length === 0) {
    throw new DslError(
      "no_databases",
      `There are no databases in ${directory}`,
      "name a directory with files that end in .db, .sqlite or .sqlite3, or the files themselves",
    );
  }
  return {
    databases: databases.map((name) => join(directory, name)),
    configFile: find(CONFIG_FILES),
    metadataFile: find(METADATA_FILES),
    inspectFile: find(["inspect-data.json"]),
    staticDirectory: find(["static"]),
    ignored: names.filter((name) => IGNORED.includes(name)).map((name) => join(directory, name)),
  };
}
