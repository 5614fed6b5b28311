import type { StaticMount } from "../../core/format/mounts.ts";
import type { ReadAccess } from "../access/door.ts";
import { type Front, NO_FRONT } from "../front.ts";
import type { Answer } from "../http/answer.ts";
import type { SiteRequest } from "../request.ts";
import { mountRoute } from "../routes/mounted-files.ts";
import type { SiteSource } from "../site.ts";
import { respond } from "./respond.ts";

/** Rejects only when there is no site to answer from. */
export type App = (request: SiteRequest) => Promise<Answer>;

/**
 * The web application: pages, JSON, CSV and downloads of one site, and its own files. It knows neither
 * Lambda nor a server; `nodeListener` puts it behind either. `readAccess` is needed for a site with a password.
 */
export function createApp(
  source: SiteSource,
  mounts: readonly StaticMount[] = [],
  readAccess: ReadAccess | null = null,
  front: Front = NO_FRONT,
): App {
  const own = mounts.map(mountRoute);
  return (request) => respond({ source, own, readAccess, front }, request);
}
