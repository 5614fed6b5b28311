/**
 * Where the package's files are. Everything that is built lives in `dist/`, whether this code runs
 * from there or from the sources, so the only question is where the package starts.
 */
import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { DslError } from "../runtime/core/dsl-error.ts";
import { makeFolder } from "./make-folder.ts";

/** A folder for what can be made again (layers, guards), made when it is missing. Throws DslError. */
export function cacheFolder(...names: string[]): string {
  const folder = join(cacheRoot(), ...names);
  makeFolder(folder, "set DSL_CACHE to a folder of your own");
  return folder;
}

function cacheRoot(): string {
  const { DSL_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (DSL_CACHE) return DSL_CACHE;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, "dsl");
  if (process.platform === "darwin") return join(homeFolder(), "Library", "Caches", "dsl");
  if (process.platform === "win32" && LOCALAPPDATA) return join(LOCALAPPDATA, "dsl", "cache");
  return join(homeFolder(), ".cache", "dsl");
}

/** The user's own folder. Throws a DslError when the system knows none, as in containers. */
export function homeFolder(): string {
  try {
    return process.env.HOME || userInfo().homedir;
  } catch (error) {
    throw new DslError(
      "no_home",
      "HOME is not set, and the system knows no home folder of this user",
      "set HOME, or DSL_CACHE and DSL_LOCAL_HOME, to a folder of your own",
      { cause: error },
    );
  }
}

/** The folder that contains package.json. */
export const packageRoot = findPackageRoot(dirname(fileURLToPath(import.meta.url)));

const dist = join(packageRoot, "dist");

/** `index.cjs` and `static/`: what goes into the function zip. */
export const lambdaFolder = join(dist, "lambda");

/** What every help text refers to. */
export const documentationFile = join(packageRoot, "docs", "commands.md");

/** Written by the build: the commit that it was made from. */
export const commitFile = join(dist, "commit.txt");

/** Written by the build: what resources in the templates may have. */
export const resourceSchemasFile = join(dist, "resource-schemas.json");

/** Copied by the build: the font of cards, by range of letters. */
export const cardFontFiles = ["latin", "latin-ext"].map((range) =>
  join(dist, "fonts", `public-sans-${range}-600-normal.woff2`),
);

/** `bucket.yaml` and `service.yaml`. */
export const templatesFolder = join(packageRoot, "templates");

/** The embedded AWS's server process (CommonJS or ESM, run with `node`). */
export const localDaemonEntry = join(dist, "local", "daemon.js");

/** The process that stands in for one Lambda environment in the embedded AWS. */
export const localLambdaEntry = join(dist, "local", "lambda-runtime.cjs");

/** A process of `dsl serve`: from sources, the source, because the bundle may be older. */
export const siteProcessEntry = import.meta.url.endsWith(".ts")
  ? join(packageRoot, "src/serve/site-process.ts")
  : join(dist, "site-process.js");

/** Loads and queries a layer, in a Node of its own (CommonJS). */
export const layerCheckEntry = join(dist, "layer-check.cjs");

/** Where the compiled guard for an operating system and CPU is; the file need not exist. */
export function guardFile(target: string = `${process.platform}-${process.arch}`): string {
  const extension = target.startsWith("darwin") ? "dylib" : "so";
  return join(dist, "guard", target, `guard.${extension}`);
}

/** The folders of the extension's C sources: in the npm package they are beside the compiled one. */
export function extensionSources(): string[] {
  const inRepository = join(packageRoot, "layer");
  const folder = existsSync(inRepository) ? inRepository : join(dist, "guard", "source");
  return [join(folder, "guard"), join(folder, "vfs")];
}

function findPackageRoot(start: string): string {
  let folder = start;
  while (!existsSync(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`No package.json above ${start}`);
    folder = parent;
  }
  return folder;
}
