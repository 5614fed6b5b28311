/** The frame of every page: head, bar with breadcrumbs, content, footer. */
import type { Layout, PastMark } from "../../pages/layout.ts";
import { type AssetName, assetFile } from "./assets.ts";
import { type Content, type Html, html, NOTHING, trusted } from "./html.ts";
import { provenance } from "./metadata.ts";

export interface PageParts {
  title: string;
  /** Classes of the body element: what the page is of, for the style sheets of site owners. */
  bodyClass: string;
  content: Content;
  /** What the page is called where it is shared, and what it is about; the title and nothing without. */
  shared?: Shared;
  /** It is a part of a page, for a frame: without the bar and the footer. */
  isEmbedded?: boolean;
  /** Whether facets may be asked for; the column menus need to know. */
  allowFacet?: boolean;
}

export interface Shared {
  title: string;
  /** Plain text. */
  description?: string | null;
}

/** A whole HTML document. */
export function pageHtml(layout: Layout, parts: PageParts): string {
  const { title, bodyClass, content } = parts;
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
${shareTags(layout, parts)}${headLinks(layout)}</head>
<body class="${bodyClass}"${bodyData(layout, parts)}>
${parts.isEmbedded ? NOTHING : html`<a class="skip" href="#content">Skip to the content</a>\n${topBar(layout)}`}
<main>
<section class="content" id="content">
${layout.past === null ? NOTHING : pastMark(layout.past, parts.isEmbedded ?? false)}${layout.otherVersion === null ? NOTHING : otherVersion(layout)}${content}
</section>
</main>
${parts.isEmbedded ? NOTHING : footer(layout)}
</body>
</html>
`.text;
}

/** For search engines and for those who get the link: https://ogp.me */
function shareTags({ siteMetadata, cardHref }: Layout, { title, shared }: PageParts): Html {
  const description = (shared?.description ?? siteMetadata.description)?.slice(0, 300);
  return html`<meta property="og:title" content="${shared?.title ?? title}">
${
  description
    ? html`<meta name="description" property="og:description" content="${description}">\n`
    : NOTHING
}${
  siteMetadata.title
    ? html`<meta property="og:site_name" content="${siteMetadata.title}">\n`
    : NOTHING
}${cardHref === null ? NOTHING : card(cardHref)}`;
}

/** 1200 × 630 pixels: src/cards/card-svg.ts */
function card(href: string): Html {
  return html`<meta property="og:image" content="${href}">
<meta property="og:image:width" content="1200">
<meta property="og:image:height" content="630">
<meta name="twitter:card" content="summary_large_image">
`;
}

function headLinks(layout: Layout): Html {
  const asset = (name: AssetName) => layout.links.staticFile(assetFile(name));
  return html`<link rel="icon" href="${asset("icon.svg")}" type="image/svg+xml">
<link rel="stylesheet" href="${asset("index.css")}">
${layout.lookHref === null ? NOTHING : html`<link rel="stylesheet" href="${layout.lookHref}">\n`}<script src="${asset("appearance.js")}"></script>
${layout.cssUrls.map(
  ({ url, integrity }) => html`<link rel="stylesheet" href="${url}"${integrityOf(integrity)}>\n`,
)}${canonical(layout.canonicalHref)}${alternate(layout.alternateJson)}<script type="module" src="${asset("page.js")}"></script>
${layout.jsUrls.map(
  ({ url, integrity, module }) =>
    html`<script${module ? html` type="module"` : NOTHING} src="${url}"${integrityOf(integrity)} defer></script>\n`,
)}`;
}

function canonical(href: string | null): Html {
  return href === null ? NOTHING : html`<link rel="canonical" href="${href}">\n`;
}

function alternate(href: string | null): Html {
  if (href === null) return NOTHING;
  return html`<link rel="alternate" type="application/json+datasette" href="${href}">\n`;
}

function integrityOf(integrity: string | null): Html {
  return integrity === null ? NOTHING : html` integrity="${integrity}" crossorigin="anonymous"`;
}

/** What the page script has to know. */
function bodyData({ siteMetadata }: Layout, { allowFacet }: PageParts): Html {
  const { map_tile_url: tiles, map_attribution: attribution } = siteMetadata;
  return html`${allowFacet ? html` data-allow-facet="true"` : NOTHING}${
    tiles ? html` data-map-tiles="${tiles}"` : NOTHING
  }${attribution ? html` data-map-attribution="${attribution}"` : NOTHING}`;
}

function topBar({ links, crumbs, siteMetadata, logoUrl }: Layout): Html {
  const places = crumbs.map(
    ({ label, href }, at) =>
      html`${at > 0 ? html` <span aria-hidden="true">/</span> ` : NOTHING}<a href="${href}">${label}</a>`,
  );
  const name = siteMetadata.title || "Front page";
  return html`<header class="hd">
${logoUrl === null ? NOTHING : html`<a class="logo" href="${links.instance()}"><img src="${logoUrl}" alt="${name}"></a>`}
<nav aria-label="Breadcrumbs"><p class="crumbs">${places}</p></nav>
${siteText(siteMetadata.header, siteMetadata.header_html, "site-header")}
<button type="button" class="jump-open" data-url="${links.page("/-/jump")}" aria-keyshortcuts="/" hidden>Jump to&hellip; <kbd>/</kbd></button>
</header>`;
}

/** The same words whether or not a newer version has come since: the page may be kept for ever. */
function pastMark(
  { version, publishedAt, presentHref, versionsHref }: PastMark,
  isEmbedded: boolean,
): Html {
  const links = html` <a class="to-present" href="${presentHref}">The current data</a> <a href="${versionsHref}">All versions</a>`;
  return html`<p class="message-info past-version" role="note">This is version ${version} of the data, published ${minutes(publishedAt)}.${isEmbedded ? NOTHING : links}</p>
`;
}

/** A citation names a version; only the newest one is here. */
function otherVersion({ otherVersion: asked, version }: Layout): Html {
  return html`<p class="message-info" role="status">The link that led here is to version ${asked} of this data; this is version ${version}.</p>\n`;
}

function footer(layout: Layout): Html {
  const { siteMetadata, publishedAt, version } = layout;
  return html`<footer class="ft">
${siteText(siteMetadata.footer, siteMetadata.footer_html, "site-footer")}
${publishedAt === null ? NOTHING : published(publishedAt, version, layout.past !== null)}
${provenance(siteMetadata)}
<span>Served by ${software(layout)}</span>${layout.signOutHref === null ? NOTHING : html`\n<form class="sign-out" method="post" action="${layout.signOutHref}"><button>Sign out</button></form>`}</footer>`;
}

/** A link to the versions of everything, for readers who may see that page. */
function software({ links, crumbs }: Layout): Html {
  const name = "dsl";
  if (crumbs[0]?.href !== links.instance()) return html`${name}`;
  return html`<a href="${links.path("/-/versions")}">${name}</a>`;
}

/** A text of the site's owner, plain or as HTML. */
function siteText(text: string | undefined, markup: string | undefined, cssClass: string): Html {
  if (markup !== undefined) return html`<div class="${cssClass}">${trusted(markup)}</div>`;
  return text === undefined ? NOTHING : html`<p class="${cssClass}">${text}</p>`;
}

/** `at` is ISO 8601. */
function published(at: string, version: number | null, isPast: boolean): Html {
  const number = version === null ? "" : ` (version ${version})`;
  return html`<span>${isPast ? "Published" : "Last published"} <time datetime="${at}">${minutes(at)}</time>${number}</span>`;
}

/** `2026-11-20 12:00 UTC`; `at` is ISO 8601 in UTC. */
function minutes(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}
