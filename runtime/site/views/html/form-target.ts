/** Where a form leads: what it sends takes the place of the query string of its `action`. */
import type { Links } from "../../links.ts";
import { type Content, html, NOTHING } from "./html.ts";

/** The path of one of the site's links, for `action`. */
export function formPath(href: string): string {
  return href.split("?")[0]!;
}

/** Keeps the version of the page in a form that has no field for it yet. */
export function versionField({ at }: Links): Content {
  return at === null ? NOTHING : html`<input type="hidden" name="_at" value="${at}">\n`;
}
