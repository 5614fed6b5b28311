import { InFlight } from "../../runtime/site/in-flight.ts";
import { createApp } from "../../runtime/site/pipeline/app.ts";
import { FilesSource } from "../../runtime/site/sources/files.ts";
import type { ServedContent } from "./gather-content.ts";
import type { OpenSite } from "./web-server.ts";

/** What the app needs to open a site; can be handed to another thread. */
export type SiteToOpen = Pick<ServedContent, "files" | "site" | "memory" | "mounts"> & {
  nolock: boolean;
  guardFile: string | null;
};

export function openSite({ files, site, memory, mounts, nolock, guardFile }: SiteToOpen): OpenSite {
  const { config } = site;
  const inFlight = new InFlight();
  const source = new FilesSource({ files, config, memory, nolock, guardFile, inFlight });
  return { app: createApp(source, mounts), inFlight, close: () => source.close() };
}
