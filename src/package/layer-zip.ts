/**
 * The layer's zip: better-sqlite3 with the binary for one CPU, and the guard. Kept in the user's
 * cache under a digest of its inputs.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { readyGuard } from "../../layer/ready-guard.ts";
import { cacheFolder } from "../paths.ts";
import { writeZip, ZIP_FORMAT } from "./zip.ts";

/** A CPU as Lambda names it. */
export type Architecture = "arm64" | "x86_64";

export interface LayerZip {
  path: string;
  /** Of the zip, hex. */
  sha256: string;
  /** Bytes. */
  size: number;
  /** Bytes of what is in it. */
  unzippedSize: number;
}

interface LayerFile {
  name: string;
  content: Buffer;
}

const MODULES = "nodejs/node_modules";

/** Builds the layer, or finds it in the cache. Throws DslError `no_compiler` or `compiler_failed`. */
export async function buildLayerZip(architecture: Architecture): Promise<LayerZip> {
  const files = [...(await sqliteFiles(architecture)), ...(await guardFiles(architecture))];
  const path = join(cacheFolder("layers"), `${digestOf(files)}.zip`);
  if (!existsSync(path)) await writeZip(path, files);
  const bytes = await readFile(path);
  return {
    path,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    size: bytes.length,
    unzippedSize: files.reduce((sum, { content }) => sum + content.length, 0),
  };
}

async function sqliteFiles(architecture: Architecture): Promise<LayerFile[]> {
  const packageJson = createRequire(import.meta.url).resolve("better-sqlite3/package.json");
  const folder = dirname(packageJson);
  const library = await readdir(join(folder, "lib"), { recursive: true, withFileTypes: true });
  const paths = [
    packageJson,
    join(folder, "LICENSE"),
    join(folder, "prebuilds", `linux-${nodeCpu(architecture)}.node`),
    ...library.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)),
  ];
  return Promise.all(
    paths.map(async (path) => ({
      name: `${MODULES}/better-sqlite3/${relative(folder, path).split(sep).join("/")}`,
      content: await readFile(path),
    })),
  );
}

async function guardFiles(architecture: Architecture): Promise<LayerFile[]> {
  const guard = await readFile(await readyGuard(`linux-${nodeCpu(architecture)}`));
  const packageJson = { name: "dsl-guard", version: "1.0.0", license: "Apache-2.0" };
  return [
    {
      name: `${MODULES}/dsl-guard/package.json`,
      content: Buffer.from(JSON.stringify(packageJson)),
    },
    { name: `${MODULES}/dsl-guard/guard.so`, content: guard },
  ];
}

/** The CPU as Node names it. */
export function nodeCpu(architecture: Architecture): "arm64" | "x64" {
  return architecture === "arm64" ? "arm64" : "x64";
}

function digestOf(files: LayerFile[]): string {
  const hash = createHash("sha256").update(`zip format ${ZIP_FORMAT}\n`);
  for (const { name, content } of files) {
    hash.update(`${name}\n${createHash("sha256").update(content).digest("hex")}\n`);
  }
  return hash.digest("hex");
}
