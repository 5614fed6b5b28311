import type { AssetUrl, Metadata } from "../../core/config/config-types.ts";
import type { Links } from "../links.ts";
import type { PageContext } from "./context.ts";

/** What is around every page. */
export interface Layout {
  links: Links;
  /** Absolute link to the same page as JSON, for `<link rel="alternate">`; null where there is none. */
  alternateJson: string | null;
  /** The way up, as far as the reader may see it: home, database, table. */
  crumbs: readonly Crumb[];
  /** Title, licence, source, about, header and footer texts of the whole site. */
  siteMetadata: Metadata;
  /** Published version and its time (ISO 8601); null for `dsl serve`. */
  version: number | null;
  publishedAt: string | null;
  cssUrls: readonly AssetUrl[];
  jsUrls: readonly AssetUrl[];
  /** The style sheet of the site's own colour; null where it has none. */
  lookHref: string | null;
  logoUrl: string | null;
  /** This page at the address that the site is known under, for `<link rel="canonical">`; null where that is any. */
  canonicalHref: string | null;
  /** An absolute link to the card of this page's table, database or site; null where there is none. */
  cardHref: string | null;
  /** The version that a citation asked for with `_version`, where this is another one. */
  otherVersion: string | null;
  /** Where the reader ends the session that the site needs; null where it needs none. */
  signOutHref: string | null;
  /** Of a page that shows an earlier version; null for the present. */
  past: PastMark | null;
  /** The setting `truncate_cells_html`; 0 shows values whole. */
  truncateCells: number;
}

export interface PastMark {
  version: number;
  /** ISO 8601. */
  publishedAt: string;
  /** The same page, of the current version. */
  presentHref: string;
  versionsHref: string;
}

export interface Crumb {
  label: string;
  href: string;
}

export function layoutOf(
  context: PageContext,
  place: { database?: string; table?: string } = {},
  options: { hasJson?: boolean } = {},
): Layout {
  const { config, links, request, site } = context;
  const isBehindDoor = context.session !== null && config.flags.password === true;
  return {
    links,
    alternateJson: options.hasJson === false ? null : request.absolute(request.inFormat("json")),
    crumbs: crumbs(context, place),
    siteMetadata: config.metadata,
    version: site.version,
    publishedAt: site.publishedAt,
    cssUrls: config.extraCssUrls,
    jsUrls: config.extraJsUrls,
    lookHref: lookHref(context),
    logoUrl: config.look.logoUrl,
    canonicalHref: links.hasAddress ? links.lasting(request.without()) : null,
    cardHref: cardHref(context, place),
    otherVersion: otherVersion(context),
    signOutHref: isBehindDoor ? links.path("/-/logout") : null,
    past: pastMark(context),
    truncateCells: config.settings.truncate_cells_html,
  };
}

function pastMark({ site, request, links }: PageContext): PastMark | null {
  const { past, version, publishedAt } = site;
  if (past === undefined || version === null || publishedAt === null) return null;
  const presentHref = request.without("_at");
  return { version, publishedAt, presentHref, versionsHref: links.path("/-/versions") };
}

function otherVersion({ site, request }: PageContext): string | null {
  const asked = request.args.get("_version");
  if (site.version === null || asked === undefined || !/^\d{1,10}$/.test(asked)) return null;
  return Number(asked) === site.version ? null : asked;
}

function lookHref({ config, links }: PageContext): string | null {
  const { accentColor } = config.look;
  return accentColor === null ? null : links.path(`/-/look.css?color=${accentColor.slice(1)}`);
}

/** That of the table, else that of its database: a table may have none. */
function cardHref(
  { site, links, visitor }: PageContext,
  { database, table }: { database?: string; table?: string },
): string | null {
  if (database === undefined) {
    const isHome = site.card !== undefined && visitor.mayViewInstance();
    return isHome ? links.lasting(links.card(null, null, site.card!.id)) : null;
  }
  if (!visitor.mayViewDatabase(database)) return null;
  const cards = site.databases.find(({ name }) => name === database)?.cards;
  const own = table === undefined ? undefined : cards?.get(table);
  if (own !== undefined) {
    return links.lasting(links.card(database, table!, own.id));
  }
  const whole = cards?.get(null);
  return whole === undefined ? null : links.lasting(links.card(database, null, whole.id));
}

function crumbs(
  { links, visitor }: PageContext,
  { database, table }: { database?: string; table?: string },
): Crumb[] {
  const found: Crumb[] = [];
  if (visitor.mayViewInstance()) found.push({ label: "home", href: links.instance() });
  if (database === undefined) return found;
  if (visitor.mayViewDatabase(database)) {
    found.push({ label: database, href: links.database(database) });
  }
  if (table !== undefined && visitor.mayViewTable(database, table)) {
    found.push({ label: table, href: links.table(database, table) });
  }
  return found;
}
