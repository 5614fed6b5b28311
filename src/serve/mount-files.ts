import { serveStatic } from "@hono/node-server/serve-static";
import type { Hono } from "hono";
import type { StaticMount } from "./static-mounts.ts";

/** Serves a directory's files. `baseUrl` is the setting base_url: it begins and ends with a slash. */
export function mountFiles(app: Hono, { mount, directory }: StaticMount, baseUrl: string): void {
  const prefix = `${baseUrl}${mount}`;
  const rewriteRequestPath = (path: string) => path.slice(prefix.length);
  app.use(`${prefix}/*`, serveStatic({ root: directory, rewriteRequestPath }));
}
