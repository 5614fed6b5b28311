import { Hono } from "hono";
import { respond } from "./http/respond.ts";
import { mountRoute, type StaticMount } from "./routes/mounted-files.ts";
import type { SiteSource } from "./site.ts";

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
