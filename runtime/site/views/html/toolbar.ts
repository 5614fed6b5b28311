/**
 * The line of tools above rows. What needs room lies in a popover, which browsers open without a script:
 * https://html.spec.whatwg.org/multipage/popover.html
 */
import { type Content, type Html, html, NOTHING } from "./html.ts";

/** A button, and what it opens. */
export interface Tool {
  /** Unique on the page; a fragment that names it opens it, where there are scripts. */
  id: string;
  label: string;
  /** Its picture: `.icon-…` of style/icons.css. */
  icon: string;
  /** Shown beside the label, such as how many filters there are. */
  badge?: string | null;
  content: Content;
}

export function tool({ id, label, icon, badge = null, content }: Tool): Html {
  return html`<button type="button" class="tool icon-${icon}" popovertarget="${id}">${label}${
    badge === null ? NOTHING : html` <span class="tool-badge">${badge}</span>`
  }</button>
<div class="pop" id="${id}" popover aria-label="${label}" role="group">
${content}
</div>
`;
}
