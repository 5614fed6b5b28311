/**
 * The built static files (dist/lambda/static): their names carry a hash of their content, so that
 * browsers may keep them for ever. `assets.json` there maps plain names to these.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the folder is, seen from the Lambda bundle, from the CLI's bundle and from the sources. */
const CANDIDATES = ["static", "lambda/static", "../../../../dist/lambda/static"];

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

export type AssetName = "index.css" | "appearance.js" | "page.js" | "icon.svg";

export interface Asset {
  bytes: Uint8Array<ArrayBuffer>;
  contentType: string;
}

let folder: string | undefined;
let names: Partial<Record<string, string>> | undefined;
const loaded = new Map<string, Asset | null>();

/** The name under which a file is served now; the plain name where nothing has been built. */
export function assetFile(name: AssetName): string {
  names ??= readNames();
  return names[name] ?? name;
}

/** A built file by the name it is served under; null when there is none. */
export function findAsset(file: string): Asset | null {
  let asset = loaded.get(file);
  if (asset === undefined) {
    asset = readAsset(file);
    // Only files that exist: what visitors make up must not fill the memory.
    if (asset) loaded.set(file, asset);
  }
  return asset;
}

function readAsset(file: string): Asset | null {
  const contentType = CONTENT_TYPES[extname(file)];
  const path = join(staticFolder(), file);
  if (contentType === undefined || !/^[\w.-]+$/.test(file) || !existsSync(path)) return null;
  return { bytes: new Uint8Array(readFileSync(path)), contentType };
}

function readNames(): Partial<Record<string, string>> {
  const path = join(staticFolder(), "assets.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
}

function staticFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = CANDIDATES.map((candidate) => join(here, candidate));
  folder ??= candidates.find((path) => existsSync(join(path, "assets.json"))) ?? candidates[0]!;
  return folder;
}
