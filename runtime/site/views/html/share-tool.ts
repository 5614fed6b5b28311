/** Address, frame and citation of a page, to be copied. */
import type { ChartLink } from "../../pages/chart-links.ts";
import type { Sharing } from "../../pages/share.ts";
import { escapeHtml } from "../fast-text/escape.ts";
import { type Content, type Html, html, NOTHING } from "./html.ts";
import { tool } from "./toolbar.ts";

export function shareTool({ url, frames, citation }: Sharing): Html {
  const content = html`${field("share-link", "Link", url)}
${field("share-citation", "Citation", citation)}
${frames.map(({ label, href }) => field(`share-${label}`, `Frame with the ${label}`, frameMarkup(label, href)))}`;
  return tool({ id: "tool-share", label: "Share", icon: "share", content });
}

/** Scripts add a button that copies it. */
function field(id: string, label: string, value: string): Html {
  return html`<label class="share-field" for="${id}">${label}</label>
<textarea class="copied" id="${id}" rows="2" readonly>${value}</textarea>
`;
}

function frameMarkup(label: string, href: string): string {
  return `<iframe src="${escapeHtml(href)}" title="${label}" width="100%" height="480" loading="lazy"></iframe>`;
}

/** Charts of the configuration: pages of their own, opened in the panel where there are scripts. */
export function chartLinksHtml(charts: readonly ChartLink[]): Content {
  if (charts.length === 0) return NOTHING;
  return html`<p class="chart-links">${charts.map(
    ({ title, href, fragment }) =>
      html`<a class="button tool icon-chart" href="${href}" data-chart="${fragment}">${title}</a> `,
  )}</p>`;
}
