import { Hono } from "hono";
import { respond } from "./http/respond.ts";
import type { SiteSource } from "./site.ts";

/**
 * The web application: pages, JSON, CSV and downloads of one site. It knows neither Lambda nor a
 * server; `fetch` takes a Request and gives a Response.
 */
export function createApp(source: SiteSource): Hono {
  const app = new Hono();
  app.all("*", (c) => respond(source, c.req.raw));
  return app;
}
