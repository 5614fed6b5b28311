/** The files of `--static MOUNT:DIR`: whether they can be served, and what is published of them. */
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { StaticMount } from "../../runtime/core/format/mounts.ts";
import { tildeEncode } from "../../runtime/core/names.ts";
import { pathProblem } from "../../runtime/core/path-problem.ts";
import { formatBytes } from "../../runtime/core/quantities.ts";
import { MEMORY_NAME } from "../../runtime/site/site.ts";
import type { StaticFile } from "./function-zip.ts";

/**
 * Of all files together: Lambda takes 262 MB with the code, the layer and, in embed storage, the
 * databases (see `chooseStorage`).
 */
const MAX_BYTES = 200_000_000;

/** Throws a DslError for a mount that hides pages of the site or another mount. */
export function checkMounts(
  mounts: readonly StaticMount[],
  databases: readonly { name: string }[],
): void {
  for (const [i, { mount, directory }] of mounts.entries()) {
    const hidden = whatIsHidden(mount, databases);
    if (hidden !== null) {
      throw new DslError(
        "mount_taken",
        `The files of --static ${mount}:${directory} would hide ${hidden}`,
        `--static site-files:${directory}`,
        { exitCode: 2 },
      );
    }
    const other = mounts.slice(0, i).find((each) => overlap(each.mount, mount));
    if (other !== undefined) {
      throw new DslError(
        "same_mount",
        `--static ${other.mount}:${other.directory} and --static ${mount}:${directory} would be served at the same place`,
        `--static more-${mount}:${directory}`,
        { exitCode: 2 },
      );
    }
  }
}

/** null when nothing is. */
function whatIsHidden(mount: string, databases: readonly { name: string }[]): string | null {
  const [first = ""] = mount.split("/");
  if (first === "-" || first === MEMORY_NAME) return `the site's own pages below /${first}/`;
  const isAt = ({ name }: { name: string }) => [name, tildeEncode(name)].includes(first);
  const database = databases.find(isAt);
  return database === undefined ? null : `the pages of the database ${database.name}`;
}

function overlap(one: string, other: string): boolean {
  return `${one}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${one}/`);
}

/**
 * Reads everything that is served of the directories: hidden files are not. Throws a DslError for
 * what cannot be read, links that lead out of their directory, and more bytes than a package takes.
 */
export async function readStaticFiles(mounts: readonly StaticMount[]): Promise<StaticFile[]> {
  const files: StaticFile[] = [];
  let bytes = 0;
  for (const { mount, directory } of mounts) {
    const root = await realpath(directory);
    for await (const { name, path, size } of walk(root, root, [root])) {
      bytes += size;
      if (bytes > MAX_BYTES) throw tooLarge(mounts);
      files.push({
        mount,
        name: `${mount}/${name}`,
        content: await readable(path, readFile(path)),
      });
    }
  }
  return files;
}

interface Walked {
  /** Below the directory, with forward slashes. */
  name: string;
  path: string;
  size: number;
}

/** The files below `folder`, in an order that is always the same; `above` are the folders on the way. */
async function* walk(root: string, folder: string, above: string[]): AsyncGenerator<Walked> {
  for (const entry of (await readable(folder, readdir(folder))).sort()) {
    if (entry.startsWith(".")) continue;
    const named = join(folder, entry);
    const path = await readable(named, realpath(named));
    if (!path.startsWith(root + sep) || above.includes(path)) throw leadsAway(named, path, root);
    const stats = await readable(path, stat(path));
    if (stats.isFile()) yield { name: entry, path, size: stats.size };
    if (!stats.isDirectory()) continue;
    for await (const file of walk(root, path, [...above, path])) {
      yield { ...file, name: `${entry}/${file.name}` };
    }
  }
}

async function readable<T>(path: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    const isDangling = error instanceof Error && "code" in error && error.code === "ENOENT";
    const problem = isDangling ? "is a link to nothing" : pathProblem(error);
    throw new DslError(
      "unreadable_static_file",
      `${path} ${problem ?? "cannot be read"}`,
      `a --static directory that you may read, without that file`,
      { cause: error },
    );
  }
}

function leadsAway(link: string, target: string, root: string): DslError {
  const where = target.startsWith(root + sep)
    ? "a folder that it is in"
    : `${target}, outside of ${root}`;
  return new DslError(
    "static_link",
    `${link} is a link to ${target === root ? "a folder that it is in" : where}`,
    "put a copy in its place, or take the link out of the directory",
  );
}

function tooLarge(mounts: readonly StaticMount[]): DslError {
  const directories = mounts.map(({ directory }) => directory).join(", ");
  return new DslError(
    "static_too_large",
    `The files in ${directories} have more than ${formatBytes(MAX_BYTES)}, which is what the function's package has room for`,
    "a directory with style sheets, scripts and pictures only; large files can be linked from elsewhere",
  );
}
