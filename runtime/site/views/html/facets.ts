/** Facets of a table page: the commonest values of a column, each a filter. */

import { valueText } from "../../../core/sqlite/values.ts";
import type { TableFacet, TablePage } from "../../pages/table/table-page-type.ts";
import type { FacetValue, SuggestedFacet } from "../../queries/facet-types.ts";
import { cssClass } from "../css-class.ts";
import { grouped } from "../text/numbers.ts";
import { type Content, type Html, html, join, NOTHING } from "./html.ts";

export function suggestedFacets(facets: readonly SuggestedFacet[]): Content {
  if (facets.length === 0) return NOTHING;
  const links = facets.map(
    ({ name, type, toggle_url: url }) =>
      html`<a href="${url}#facet-${cssClass(name)}">${name}</a>${type === undefined ? NOTHING : ` (${type})`}`,
  );
  return html`<p class="suggested-facets">Suggested facets: ${join(links, ", ")}</p>`;
}

export function facetResults({ facets, database, table }: TablePage): Content {
  if (facets.length === 0) return NOTHING;
  const prefix = `facet-${cssClass(database)}-${cssClass(table)}`;
  const names = facets.map(({ name }) => name).join(", ");
  return html`<details class="facet-box"><summary>Facets: ${names}</summary>
<div class="facet-results">
${facets.map((facet) => facetInfo(facet, prefix))}</div></details>`;
}

function facetInfo(facet: TableFacet, prefix: string): Html {
  const { name, type, results, truncated, hideable } = facet;
  const largest = Math.max(1, ...results.map(({ count }) => Number(count)));
  const kind = type === "column" ? "" : ` (${type})`;
  return html`<div class="facet-info ${prefix}-${cssClass(name)}" id="facet-${cssClass(name)}" data-column="${name}">
<p class="facet-info-name"><strong>${name}${kind} <span class="facet-info-total">${truncated ? ">" : ""}${results.length}</span></strong>${
    hideable
      ? html` <a href="${facet.toggle_url}" class="cross" aria-label="Remove the facet ${name}">&#10006;</a>`
      : NOTHING
  }</p>
<ul tabindex="0" aria-label="${name}">
${results.map((value) => facetValue(value, largest))}${more(facet)}</ul>
</div>
`;
}

function facetValue(facet: FacetValue, largest: number): Html {
  const label = facet.label === null ? "" : valueText(facet.label);
  const count = html`<span class="facet-count">${grouped(facet.count)}</span>`;
  const bar = html`<span class="bar bar-${twentieths(facet.count, largest)}"></span>`;
  if (facet.selected) {
    return html`<li><span>${label || "-"}</span>${count}<a href="${facet.toggle_url}" class="cross" aria-label="Remove the filter ${label}">&#10006;</a>${bar}</li>\n`;
  }
  const value = facet.value === null ? "" : valueText(facet.value);
  return html`<li><a href="${facet.toggle_url}" data-facet-value="${value}">${label || "-"}</a>${count}${bar}</li>\n`;
}

/** Length of the bar; every value that occurs has one. */
function twentieths(count: bigint, largest: number): number {
  return Math.max(1, Math.round((20 * Number(count)) / largest));
}

function more({ truncated, moreHref }: TableFacet): Content {
  if (!truncated) return NOTHING;
  return html`<li class="facet-truncated">${moreHref === null ? html`&hellip;` : html`<a href="${moreHref}" aria-label="More values">&hellip;</a>`}</li>`;
}
