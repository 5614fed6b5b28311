/**
 * The function's package: the bundled runtime with its assets, the site's own files and, with
 * `--storage embed`, the manifest and the databases. Its key comes from a digest of what goes in, so nothing has to be
 * zipped to know that nothing changed.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { MOUNTS_FOLDER } from "../../runtime/core/format/mounts.ts";
import { lambdaFolder } from "../paths.ts";
import { writeZip, ZIP_FORMAT, type ZipEntry } from "./zip.ts";

export interface EmbeddedDatabase {
  /** Of the file, hex; becomes its name in the package. */
  sha256: string;
  file: string;
}

/** What `--storage embed` puts into the package; `null` for s3. */
export interface EmbeddedSite {
  /** The bytes of manifest.json. */
  manifest: Buffer;
  databases: readonly EmbeddedDatabase[];
  /** Pictures that the manifest names, by their path in the package. */
  cards?: readonly { key: string; png: Uint8Array }[];
}

export interface FunctionPackage {
  /** SHA-256 over names and contents, hex. */
  digest: string;
  /** Bytes of what is in it besides the embedded site, unzipped. */
  codeSize: number;
  /** Writes the zip and returns its bytes. */
  build(path: string): Promise<number>;
}

/** One of the site's own files (`--static`). */
export interface StaticFile {
  mount: string;
  /** `<mount>/<path>`, with forward slashes. */
  name: string;
  content: Buffer;
}

/** Reads the runtime from `folder`. Throws DslError `not_built` when there is none. */
export async function functionPackage(
  site: EmbeddedSite | null,
  staticFiles: readonly StaticFile[],
  folder: string = lambdaFolder,
): Promise<FunctionPackage> {
  const mounts = staticFiles.map(({ name, content }) => ({
    name: `${MOUNTS_FOLDER}/${name}`,
    content,
  }));
  const code = [...(await runtimeFiles(folder)), ...mounts];
  const manifest = site === null ? [] : [{ name: "manifest.json", content: site.manifest }];
  const databases = (site?.databases ?? []).map(({ sha256, file }) => ({
    name: `databases/${sha256}.db`,
    content: { file },
  }));
  const cards = (site?.cards ?? []).map(({ key, png }) => ({
    name: key,
    content: Buffer.from(png),
  }));
  return {
    digest: digestOf([...code, ...manifest], databases),
    codeSize: code.reduce((sum, { content }) => sum + content.length, 0),
    build: (path) => writeZip(path, [...code, ...manifest, ...cards, ...unique(databases)]),
  };
}

async function runtimeFiles(folder: string): Promise<{ name: string; content: Buffer }[]> {
  if (!existsSync(join(folder, "index.cjs"))) {
    throw new DslError("not_built", `The runtime is missing in ${folder}`, "npm run build");
  }
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".map"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Promise.all(
    paths.map(async (path) => ({
      name: relative(folder, path).split(sep).join("/"),
      content: await readFile(path),
    })),
  );
}

/** Databases are named by their hash, so their names say all. */
function digestOf(files: { name: string; content: Buffer }[], databases: ZipEntry[]): string {
  const hash = createHash("sha256").update(`zip format ${ZIP_FORMAT}\n`);
  for (const { name, content } of files) {
    hash.update(`${name}\n${createHash("sha256").update(content).digest("hex")}\n`);
  }
  for (const { name } of databases) hash.update(`${name}\n`);
  return hash.digest("hex");
}

/** The same file may be published under two names. */
function unique(entries: ZipEntry[]): ZipEntry[] {
  return [...new Map(entries.map((entry) => [entry.name, entry])).values()];
}
