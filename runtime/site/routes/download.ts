import { forbidden, HttpError, notFound } from "../errors.ts";
import { type Answer, answer } from "../http/answer.ts";
import { attachment } from "../http/content-disposition.ts";
import type { PageContext } from "../pages/context.ts";
import { MEMORY_NAME } from "../site.ts";
import type { RouteParams } from "./route.ts";

/** A whole database as a file. */
export async function downloadRoute(
  context: PageContext,
  { database: name }: RouteParams,
): Promise<Answer> {
  const { config, site, visitor } = context;
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
  const body = await database.bytes();
  if (body === null) throw new HttpError(404, "Cannot download database");
  return answer(body, {
    "content-type": "application/octet-stream",
    "content-disposition": attachment(database.fileName),
    "content-length": String(database.size),
    ...(database.sha256 === null ? {} : { etag: `"${database.sha256}"` }),
  });
}
