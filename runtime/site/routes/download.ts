import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { forbidden, HttpError, notFound } from "../errors.ts";
import { type Answer, answer } from "../http/answer.ts";
import type { PageContext } from "../pages/context.ts";
import { MEMORY_NAME } from "../site.ts";
import type { RouteParams } from "./route.ts";

/** A whole database as a file. */
export async function downloadRoute(
  context: PageContext,
  { database: name }: RouteParams,
): Promise<Answer> {
  const { config, request, site, visitor } = context;
  if (!visitor.mayDownload(name)) throw forbidden("view-database-download");
  const database = site.databases.find((candidate) => candidate.name === name);
  if (!database) throw notFound("Invalid database");
  if (name === MEMORY_NAME) throw new HttpError(404, "Cannot download in-memory databases");
  if (!config.settings.allow_download || database.isMutable) {
    throw forbidden("Database download is forbidden");
  }
  if ((await database.connect()).privacy.hasPrivate) {
    throw forbidden("Database download is forbidden: some of its tables are private");
  }
  const etag = `"${database.sha256}"`;
  if (request.headers.get("if-none-match") === etag) {
    return answer(null, { etag }, 304);
  }
  const file = await database.file();
  if (file === null) throw new HttpError(404, "Cannot download database");
  return answer(request.method === "HEAD" ? null : createReadStream(file), {
    "content-type": "application/octet-stream",
    "content-disposition": `attachment; filename="${downloadName(name, file, site.storage)}"`,
    "content-length": String(database.size),
    etag,
  });
}

/** Served files keep their name; published ones are called after the database. */
function downloadName(database: string, file: string, storage: string): string {
  const name = storage === "serve" ? basename(file) : `${database}.db`;
  return name.replace(/[^\x20-\x7e]|["\\]/g, "_");
}
