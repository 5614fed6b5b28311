/** When something was, and what the data came from. */
import type { Refreshed } from "../../site.ts";
import { type Html, html, NOTHING } from "./html.ts";

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/**
 * A time as it was, so that it is true however long the page is kept; a script makes "3 minutes ago" of it
 * and keeps that true (browser/times.ts).
 */
export function timeHtml(iso: string): Html {
  const date = new Date(iso);
  const [day, clock] = [date.getUTCDate(), date.toISOString().slice(11, 16)];
  const text = `${day} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}, ${clock} UTC`;
  return html`<time datetime="${iso}">${text}</time>`;
}

/** "Updated … from sales.csv"; `rest` comes after it. */
export function updatedHtml(refreshed: Refreshed | null, rest = ""): Html {
  if (refreshed === null) return NOTHING;
  const from = refreshed.source === null ? "" : ` from ${refreshed.source}`;
  return html`<p class="updated soft">Updated ${timeHtml(refreshed.at)}${from}${rest}</p>`;
}
