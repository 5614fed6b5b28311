/** How a page is passed on: its address, frames for other sites, and how it is cited. */
import type { Metadata } from "../../core/config/config-types.ts";
import { withMore } from "../links.ts";
import type { PageContext } from "./context.ts";

export interface Sharing {
  /** Absolute. */
  url: string;
  /** Frames that other sites may have; none where they may not. */
  frames: readonly { label: string; href: string }[];
  citation: string;
}

/** `hasMap`: there may be something to draw on a map. */
export function sharingOf(
  context: PageContext,
  database: string,
  title: string,
  metadata: Metadata,
  hasMap: boolean,
): Sharing {
  const { request, config, site, links } = context;
  const page = request.without("_embed", "_version");
  const url = links.absolute(page);
  const frame = (kind: string) => links.absolute(withMore(page, `_embed=${kind}`));
  const kinds = hasMap ? ["table", "chart", "map"] : ["table", "chart"];
  const cited = links.lasting(citedPage(context, database));
  const source = metadata.source || config.metadata.source;
  const licence = metadata.license || config.metadata.license;
  const published = site.publishedAt?.slice(0, 10);
  const sentences = [
    title,
    config.metadata.title ?? site.name,
    source && `Source: ${source}`,
    published && `Version ${site.version} of ${published}`,
    licence && `Licence: ${licence}`,
  ];
  return {
    url,
    frames:
      config.frameAncestors.length === 0
        ? []
        : kinds.map((kind) => ({ label: kind, href: frame(kind) })),
    citation: `${sentences.filter(Boolean).join(". ")}. ${cited}`,
  };
}

/** The page of this version for as long as it is kept; where versions are not shown, one that says which it was. */
function citedPage({ request, site, config, visitor }: PageContext, database: string): string {
  const page = request.without("_embed", "_version", "_at");
  if (site.version === null) return page;
  const isShown =
    (site.history !== undefined || site.past !== undefined) &&
    visitor.mayTravel(database) &&
    site.version >= config.settings.time_travel_from;
  return withMore(page, `${isShown ? "_at" : "_version"}=${site.version}`);
}
