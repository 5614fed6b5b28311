/** The site's logo for its cards, where it is one of the site's own files. */
import type { SiteConfig } from "../../runtime/core/config/site-config.ts";
import type { StaticFile } from "../package/function-zip.ts";

/** Bytes; a larger one is left out. */
const LARGEST = 300_000;
const TYPES: Readonly<Record<string, string>> = {
  svg: "image/svg+xml",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
};

/** As a `data:` URL; null where there is none, it is on another site or no picture that can be drawn. */
export function cardLogo(
  { look, settings }: SiteConfig,
  staticFiles: readonly StaticFile[],
): string | null {
  const { logoUrl } = look;
  if (logoUrl === null || !logoUrl.startsWith(settings.base_url)) return null;
  const path = logoUrl.slice(settings.base_url.length).replace(/[?#].*/s, "");
  const name = decoded(path);
  const file = staticFiles.find((each) => each.name === name);
  const type = TYPES[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ""];
  if (file === undefined || type === undefined || file.content.length > LARGEST) return null;
  return `data:${type};base64,${file.content.toString("base64")}`;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
