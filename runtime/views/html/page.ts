/** The frame of every page: head, bar with breadcrumbs, content, footer. */
import type { Layout } from "../../pages/layout.ts";
import { assetFile } from "./assets.ts";
import { type Content, html, NOTHING, trusted } from "./html.ts";
import { provenance } from "./metadata.ts";

export interface PageParts {
  title: string;
  /** Classes of the body element: what the page is of, for the style sheets of site owners. */
  bodyClass: string;
  content: Content;
  /** Whether facets may be asked for; the column menus need to know. */
  allowFacet?: boolean;
}

/** A whole HTML document. */
export function pageHtml(
  layout: Layout,
  { title, bodyClass, content, allowFacet }: PageParts,
): string {
  const { links, siteMetadata } = layout;
  const asset = (name: Parameters<typeof assetFile>[0]) => links.staticFile(assetFile(name));
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="${asset("icon.svg")}" type="image/svg+xml">
<link rel="stylesheet" href="${asset("index.css")}">
${layout.cssUrls.map(({ url, integrity }) => html`<link rel="stylesheet" href="${url}"${integrityOf(integrity)}>\n`)}${
  layout.alternateJson === null
    ? NOTHING
    : html`<link rel="alternate" type="application/json+datasette" href="${layout.alternateJson}">\n`
}<script type="module" src="${asset("page.js")}"></script>
${layout.jsUrls.map(
  ({ url, integrity, module }) =>
    html`<script ${module ? trusted('type="module" ') : NOTHING}src="${url}"${integrityOf(integrity)} defer></script>\n`,
)}</head>
<body class="${bodyClass}"${allowFacet === undefined ? NOTHING : html` data-allow-facet="${String(allowFacet)}"`}>
<a class="skip" href="#content">Skip to the content</a>
<header class="hd">
<nav aria-label="Breadcrumbs"><p class="crumbs">${crumbs(layout)}</p></nav>
${siteText(siteMetadata.header, siteMetadata.header_html, "site-header")}
<button type="button" class="jump-open" data-url="${links.path("/-/jump")}" aria-keyshortcuts="/" hidden>Jump to… <kbd>/</kbd></button>
</header>
<main>
<section class="content" id="content">
${content}
</section>
</main>
<footer class="ft">
${siteText(siteMetadata.footer, siteMetadata.footer_html, "site-footer")}
${layout.publishedAt === null ? NOTHING : published(layout.publishedAt, layout.version)}
${provenance(siteMetadata)}
</footer>
</body>
</html>
`.text;
}

function crumbs({ crumbs: places }: Layout): Content {
  return places.map(
    ({ label, href }, at) =>
      html`${at > 0 ? html` <span aria-hidden="true">/</span> ` : NOTHING}<a href="${href}">${label}</a>`,
  );
}

function integrityOf(integrity: string | null): Content {
  return integrity === null ? NOTHING : html` integrity="${integrity}" crossorigin="anonymous"`;
}

/** A text of the site's owner, plain or as HTML. */
function siteText(text: string | undefined, markup: string | undefined, cssClass: string): Content {
  if (markup !== undefined) return html`<div class="${cssClass}">${trusted(markup)}</div>`;
  return text === undefined ? NOTHING : html`<p class="${cssClass}">${text}</p>`;
}

function published(at: string, version: number | null): Content {
  const readable = `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
  return html`<span>Last published <time datetime="${at}">${readable}</time>${version === null ? NOTHING : html` (version ${version})`}</span>`;
}
