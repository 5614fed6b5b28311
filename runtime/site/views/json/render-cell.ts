import { pythonJsonIndented } from "../../../core/python-json.ts";
import type { SqlValue } from "../../../core/sqlite/values.ts";
import type { ColumnType } from "../../queries/column-types.ts";

/**
 * `render_cell`: the HTML of the cells whose column type gives them a look of their own, row by row.
 */
export function renderedCells(
  columns: readonly string[],
  rows: readonly SqlValue[][],
  types: ReadonlyMap<string, ColumnType>,
): Record<string, string>[] {
  return rows.map((row) => {
    const rendered: Record<string, string> = {};
    columns.forEach((column, index) => {
      const html = renderCell(types.get(column)?.type, row[index] ?? null);
      if (html !== null) rendered[column] = html;
    });
    return rendered;
  });
}

function renderCell(type: string | undefined, value: SqlValue): string | null {
  if (typeof value !== "string" || value === "") return null;
  const text = escapeHtml(value.trim());
  if (type === "url") return `<a href="${text}">${text}</a>`;
  if (type === "email") return `<a href="mailto:${text}">${text}</a>`;
  if (type !== "json") return null;
  try {
    return `<pre>${escapeHtml(pythonJsonIndented(JSON.parse(value)))}</pre>`;
  } catch {
    return null;
  }
}

/** As Python's markupsafe writes it. */
function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("'", "&#39;")
    .replaceAll('"', "&#34;");
}
