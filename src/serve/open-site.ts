import type { Actor } from "../../runtime/core/access/actor.ts";
import type { TimeLimits } from "../../runtime/core/sqlite/guard.ts";
import { InFlight } from "../../runtime/site/in-flight.ts";
import { createApp } from "../../runtime/site/pipeline/app.ts";
import { FilesSource } from "../../runtime/site/sources/files.ts";
import type { ServedContent } from "./gather-content.ts";
import type { OpenSite } from "./web-server.ts";

/** What the app needs to open a site; plain data, which can be handed to another process. */
export type SiteToOpen = Pick<ServedContent, "files" | "site" | "memory" | "mounts"> & {
  nolock: boolean;
  guardFile: string | null;
  /** Whom everybody is taken for; null: nobody. */
  actor: Actor | null;
};

export function openSite(
  { mounts, site, ...served }: SiteToOpen,
  limits: TimeLimits = {},
): OpenSite {
  const { config } = site;
  const inFlight = new InFlight();
  const source = new FilesSource({ ...served, config, inFlight, ...limits });
  return { app: createApp(source, mounts), inFlight, close: () => source.close() };
}
