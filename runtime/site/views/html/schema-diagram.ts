/** The picture of a database's tables and foreign keys, as SVG. */
import type { Box, Diagram, Line, TooManyTables } from "../../pages/schema-diagram.ts";
import { truncateText } from "../text/truncate.ts";
import { type Content, type Html, html, NOTHING } from "./html.ts";

/** Characters that fit a box. */
const LONGEST = 22;

export function schemaDiagramHtml(diagram: Diagram | TooManyTables | null): Content {
  if (diagram === null) return NOTHING;
  if ("tooMany" in diagram) {
    return html`<p class="soft">${diagram.tooMany} tables are too many for a picture of their foreign keys.</p>`;
  }
  const { width, height, boxes, lines } = diagram;
  return html`<div class="schema-diagram" role="region" aria-label="Tables and their foreign keys" tabindex="0"><svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="group" aria-label="Tables and their foreign keys">
${lines.map(line)}${boxes.map((each) => box(each, diagram))}</svg></div>`;
}

function box(
  { name, href, columns, moreColumns, x, y, height }: Box,
  { boxWidth, headerHeight, rowHeight }: Diagram,
): Html {
  const textY = (at: number) => headerHeight + (at + 0.5) * rowHeight + 4;
  const rows = columns.map(
    ({ name: column, isKey, isReference }, at) =>
      html`<text x="10" y="${textY(at)}" class="${isKey ? "key" : isReference ? "reference" : "column"}">${truncateText(column, LONGEST)}</text>`,
  );
  const more =
    moreColumns === 0
      ? NOTHING
      : html`<text x="10" y="${textY(columns.length)}" class="column">and ${moreColumns} more</text>`;
  return html`<g transform="translate(${x} ${y})"><rect width="${boxWidth}" height="${height}" rx="5"></rect><a href="${href}"><text x="10" y="18" class="name">${truncateText(name, LONGEST)}</text></a>${rows}${more}</g>
`;
}

function line({ from, to }: Line): Html {
  const bend = Math.max(30, Math.abs(to.x - from.x) / 2);
  const [out, into] = to.x > from.x ? [bend, -bend] : [from.x === to.x ? bend : -bend, bend];
  return html`<path d="M${from.x} ${from.y} C${from.x + out} ${from.y} ${to.x + into} ${to.y} ${to.x} ${to.y}"></path><circle cx="${to.x}" cy="${to.y}" r="3"></circle>
`;
}
