/**
 * The Content-Security-Policy of every page: nothing inline, nothing from other hosts except what the
 * site's configuration names. https://www.w3.org/TR/CSP3/
 */
import type { Layout } from "../../pages/layout.ts";

export function contentSecurityPolicy(layout: Layout, framedBy: readonly string[] = []): string {
  const { cssUrls, jsUrls, siteMetadata, logoUrl } = layout;
  const styles = origins(cssUrls.map(({ url }) => url));
  const scripts = origins(jsUrls.map(({ url }) => url));
  // {s} stands for one of several hosts; the map asks the first.
  const tiles = (siteMetadata.map_tile_url ?? "").replace("{s}", "a");
  const directives: [string, ...string[]][] = [
    ["default-src", "'none'"],
    ["script-src", "'self'", ...scripts],
    ["style-src", "'self'", ...styles],
    ["font-src", "'self'", ...styles],
    ["img-src", "'self'", "data:", ...origins([tiles, logoUrl ?? ""])],
    ["connect-src", "'self'"],
    ["form-action", "'self'"],
    ["base-uri", "'none'"],
    ["frame-ancestors", "'self'", ...framedBy],
  ];
  return directives.map((directive) => directive.join(" ")).join("; ");
}

/** Scheme and host of each absolute URL, once; relative ones are this site's own. */
function origins(urls: readonly string[]): string[] {
  const found = urls.flatMap((url) => /^(?:https?:)?\/\/[\w.:[\]-]+/i.exec(url)?.[0] ?? []);
  return [
    ...new Set(found.map((origin) => (origin.startsWith("//") ? `https:${origin}` : origin))),
  ];
}
