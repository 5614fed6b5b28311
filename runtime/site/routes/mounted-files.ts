/** The site's own files (`--static MOUNT:DIR`): what is in a directory, served below a path. */
import { createHash, hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import type { StaticMount } from "../../core/format/mounts.ts";
import { RecentMap } from "../../core/sqlite/recent-map.ts";
import { forbidden, notFound } from "../errors.ts";
import { type Answer, answer } from "../http/answer.ts";
import { contentTypeOf } from "../http/content-types.ts";
import { fileBody } from "../http/file-body.ts";
import type { PageContext } from "../pages/context.ts";
import { cacheControl } from "./cache-headers.ts";
import type { Route } from "./route.ts";

/** Larger files are sent bit by bit. Bytes. */
const WHOLE = 1024 * 1024;

/** Of files that are too large to be hashed for each request, by path, size and time. */
const knownHashes = new RecentMap<string>(1000);

interface FoundFile {
  path: string;
  size: number;
  /** Of the last change, in milliseconds. */
  time: number;
}

/** Answers everything below the mount: what is not among its files is a 404. */
export function mountRoute({ mount, directory }: StaticMount): Route {
  const prefix = `/${mount}/`;
  return {
    path: new RegExp(`^${prefix.replaceAll(".", "\\.")}`),
    servesFiles: true,
    answer: (context) => {
      if (!context.visitor.mayViewFiles()) throw forbidden("The token is not for files");
      return fileAnswer(context, directory, context.request.path.slice(prefix.length));
    },
  };
}

/**
 * The ETag stands for the content, because in a package all files have the same date. The name says
 * what a file is; nothing else is guessed.
 */
async function fileAnswer(context: PageContext, directory: string, path: string): Promise<Answer> {
  const file = await findFile(directory, path);
  if (file === null) throw notFound("File not found");
  const content = file.size > WHOLE ? null : await readFile(file.path);
  const etag = `W/"${(content ? hashOf(content) : await hashOfLarge(file)).slice(0, 22)}"`;
  const headers = {
    etag,
    "cache-control": cacheControl(context),
    "content-type": contentTypeOf(file.path),
  };
  if (content !== null) return answer(content, headers);
  return answer(fileBody(file.path), { ...headers, "content-length": String(file.size) });
}

/** null for what is not there, hidden (a dot in front), or reached by a way out of the directory. */
async function findFile(directory: string, path: string): Promise<FoundFile | null> {
  const names = decodeNames(path.endsWith("/") || path === "" ? `${path}index.html` : path);
  if (names === null) return null;
  try {
    const root = await realpath(directory);
    const file = await realpath(join(root, ...names));
    if (!file.startsWith(root + sep)) return null;
    const stats = await stat(file);
    return stats.isFile() ? { path: file, size: stats.size, time: stats.mtimeMs } : null;
  } catch {
    return null;
  }
}

/** The path's names, percent-decoded; null when one of them is not just a name. */
function decodeNames(path: string): string[] | null {
  try {
    const names = path.split("/").map(decodeURIComponent);
    return names.every((name) => /^[^./\\\0][^/\\\0]*$/.test(name)) ? names : null;
  } catch {
    return null;
  }
}

function hashOf(content: Uint8Array): string {
  return hash("sha256", content, "base64url");
}

async function hashOfLarge({ path, size, time }: FoundFile): Promise<string> {
  const key = `${path}\n${size}\n${time}`;
  const known = knownHashes.get(key);
  if (known !== undefined) return known;
  const sum = createHash("sha256");
  for await (const chunk of createReadStream(path)) sum.update(chunk);
  const found = sum.digest("base64url");
  knownHashes.set(key, found);
  return found;
}
