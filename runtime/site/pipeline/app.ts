import { Hono } from "hono";
import type { StaticMount } from "../../core/format/mounts.ts";
import { mountRoute } from "../routes/mounted-files.ts";
import type { SiteSource } from "../site.ts";
import { respond } from "./respond.ts";

/**
 * The web application: pages, JSON, CSV and downloads of one site, and its own files. It knows neither Lambda nor a
 * server; `fetch` takes a Request and gives a Response.
 */
export function createApp(source: SiteSource, mounts: readonly StaticMount[] = []): Hono {
  const own = mounts.map(mountRoute);
  const app = new Hono();
  app.all("*", (c) => respond(source, own, c.req.raw));
  return app;
}
