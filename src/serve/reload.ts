/** `dsl serve --reload`: notices other configuration, and databases that come to a directory or go. */
import { watch } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { ServeOptions } from "./gather-content.ts";

/** Editors write a file in several steps. */
const QUIET_MS = 200;
const DATABASE = /\.(db|sqlite|sqlite3)$/;
const CONFIGURATION = /\.(json|ya?ml)$/;

/**
 * Calls `changed` when what `options` name is other than it was. What is in the databases is no
 * change: they are read anew anyway. Returns what ends it.
 */
export async function watchSources(
  options: ServeOptions,
  changed: () => Promise<void>,
): Promise<() => void> {
  const sources = await sourcesOf(options);
  let known = await fingerprint(sources);
  let timer: NodeJS.Timeout | undefined;
  let previous = known;
  const look = async () => {
    const now = await fingerprint(sources);
    if (now === known) return;
    // Taken over once it has been the same for a while: a file may be half written.
    const isQuiet = now === previous;
    previous = now;
    if (!isQuiet) return lookSoon();
    known = now;
    await changed();
  };
  const lookSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(), QUIET_MS);
  };
  const folders = new Set([...sources.files.map((file) => dirname(file)), ...sources.directories]);
  const watchers = [...folders].map((folder) => watch(folder, lookSoon));
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}

interface Sources {
  /** Configuration, metadata, counts. */
  files: string[];
  directories: string[];
}

async function sourcesOf(options: ServeOptions): Promise<Sources> {
  const { config, metadata, inspectFile, paths } = options;
  const files = [config, metadata, inspectFile].filter((file) => typeof file === "string");
  const directories: string[] = [];
  for (const path of paths) {
    if ((await stat(path).catch(() => null))?.isDirectory()) directories.push(resolve(path));
  }
  return { files: files.map((file) => resolve(file)), directories };
}

/** Which databases there are, and the state of each file that says something about them. */
async function fingerprint({ files, directories }: Sources): Promise<string> {
  const parts = await Promise.all(files.map(stateOf));
  for (const directory of directories) {
    for (const name of (await readdir(directory).catch(() => [])).sort()) {
      if (DATABASE.test(name)) parts.push(name);
      if (CONFIGURATION.test(name)) parts.push(await stateOf(join(directory, name)));
    }
  }
  return parts.join("\n");
}

async function stateOf(file: string): Promise<string> {
  const stats = await stat(file, { bigint: true }).catch(() => null);
  return `${file} ${stats?.ino} ${stats?.size} ${stats?.mtimeNs}`;
}
