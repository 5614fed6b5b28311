/** What the owner of a site says of its data: description, licence, source, about. */
import type { Metadata } from "../../../core/config/config-types.ts";
import { type Content, type Html, html, NOTHING, trusted } from "./html.ts";

/** The description and, below it, where the data comes from. */
export function about(metadata: Metadata): Content {
  const sources = provenance(metadata);
  return html`${description(metadata)}${sources === NOTHING ? NOTHING : html`<p class="provenance">${sources}</p>`}`;
}

/** The description alone: for the front page, whose footer says the rest. */
export function description({ description, description_html: markup }: Metadata): Html {
  if (markup) return html`<div class="metadata-description">${trusted(markup)}</div>`;
  return description ? html`<div class="metadata-description">${description}</div>` : NOTHING;
}

/** The licence beside a heading: what was said of this data, else of the whole site. */
export function licence(metadata: Metadata, site: Metadata): Content {
  // What was said of this data alone stands below the heading.
  if (metadata.license || metadata.license_url) return NOTHING;
  const name = site.license || site.license_url;
  if (!name) return NOTHING;
  return html`<p class="licence">${site.license_url ? link(site.license_url, name) : name}</p>`;
}

/** Licence, source and about, one span each; `NOTHING` when there are none. */
export function provenance(metadata: Metadata): Html {
  const facts = [
    fact("Data license:", metadata.license, metadata.license_url),
    fact("Data source:", metadata.source, metadata.source_url),
    fact("About:", metadata.about, metadata.about_url),
  ].filter((item) => item !== NOTHING);
  return facts.length === 0 ? NOTHING : html`${facts}`;
}

function fact(label: string, text: string | undefined, url: string | undefined): Html {
  const shown = text || url;
  if (!shown) return NOTHING;
  return html`<span>${label} ${url ? link(url, shown) : shown}</span>`;
}

/** Links somewhere else; a URL that is not one of a web page or of mail is only shown. */
export function link(url: string, text: string): Html {
  return isSafeUrl(url) ? html`<a href="${url.trim()}">${text}</a>` : html`${text}`;
}

function isSafeUrl(url: string): boolean {
  return /^(https?:|mailto:|[/?#.])/i.test(url.trim());
}
