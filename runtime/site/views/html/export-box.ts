/** Links and a form for the same rows in other formats. */
import type { Layout } from "../../pages/layout.ts";
import type { TableExports, TablePage } from "../../pages/table/table-page-type.ts";
import { counted } from "../text/numbers.ts";
import { type Content, type Html, html, NOTHING } from "./html.ts";

/** `csv` is left out where there are no rows. */
export function exportLinks(exports: TableExports, hasRows: boolean): Html {
  return html`<p class="export-links">This data as <a href="${exports.json}">json</a>${
    hasRows ? html`, <a href="${exports.csv}">CSV</a>` : NOTHING
  }</p>`;
}

export function exportBox({ exports, count, countTruncated }: TablePage, { links }: Layout): Html {
  const { shapes, csvForm } = exports;
  const isCounted = count !== null && !countTruncated;
  const everything = isCounted ? `all ${counted(count, "row")}` : "all rows";
  return html`<div id="export" class="advanced-export">
<p>JSON shape: <a href="${shapes.default}">default</a>, <a href="${shapes.array}">array</a>, <a href="${shapes.newlineDelimited}">newline-delimited</a>${
    shapes.object === null ? NOTHING : html`, <a href="${shapes.object}">object</a>`
  }
<button type="button" class="plain copy-curl" data-url="${links.absolute(exports.json)}" hidden>Copy as curl</button></p>
${exports.files === null ? NOTHING : html`<div>${capital(everything)}: <a href="${exports.files.xlsx}">XLSX</a>, <a href="${exports.files.parquet}">Parquet</a></div>`}
<form action="${csvForm.action}" method="get"><p>
<span>CSV of ${csvForm.rows.isExact ? "" : "up to "}${counted(csvForm.rows.count, "row")}:</span>
${checkbox("_dl", "download file")}
${csvForm.labels ? checkbox("_labels", "expand labels", true) : NOTHING}
${csvForm.stream ? checkbox("_stream", csvForm.streamHref === null ? `stream ${everything}` : "stream all rows from here on") : NOTHING}
${csvForm.hiddenFields.map(({ name, value }) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button type="submit">Export CSV</button>
</p></form>
${csvForm.streamHref === null ? NOTHING : html`<div><a href="${csvForm.streamHref}">CSV of ${everything}</a></div>`}
</div>`;
}

function checkbox(name: string, text: string, checked = false): Content {
  return html`<label><input type="checkbox" name="${name}"${checked ? html` checked` : NOTHING}> ${text}</label>`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
