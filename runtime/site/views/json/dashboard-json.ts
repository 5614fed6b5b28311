import type { SqlValue } from "../../../core/sqlite/values.ts";
import type { DashboardPage, PartContent } from "../../pages/dashboard/dashboard-page-type.ts";
import type { Cell, CellRows } from "../../pages/types.ts";
import { chartJson } from "./chart-json.ts";
import { rawValue } from "./json.ts";

export function dashboardJson(page: DashboardPage): Record<string, unknown> {
  const { database, name, title, description, parameters, parts } = page;
  return {
    ok: true,
    database,
    dashboard: name,
    title,
    description,
    parameters: Object.fromEntries(parameters.map(({ name, value }) => [name, value])),
    parts: parts.map(({ title, href, content }) => ({ title, href, ...contentJson(content) })),
  };
}

function contentJson(content: PartContent): Record<string, unknown> {
  switch (content.kind) {
    case "text":
      return { kind: "text", text: content.markdown };
    case "number":
      return { kind: "number", value: rawValue(content.value) };
    case "chart": {
      const { chart, rows, rows_used, marks } = chartJson(content.chart, false);
      return { kind: "chart", chart, rows, rows_used, marks };
    }
    case "table":
      return {
        kind: "table",
        columns: content.columns.filter(({ isLink }) => !isLink).map(({ name }) => name),
        rows: valuesOf(content.rows),
      };
    case "result":
      return { kind: "table", columns: content.columns, rows: valuesOf(content.rows) };
    case "failure":
      return { kind: "failure", error: content.message };
  }
}

/** A list of values for each row. */
function valuesOf(rows: CellRows): unknown[][] {
  return Array.from({ length: rows.length }, (_row, row) =>
    Array.from({ length: rows.width }, (_column, at) => rawValue(plainValue(rows.cell(row, at)))),
  );
}

function plainValue(cell: Cell): SqlValue {
  if (cell === null || typeof cell !== "object" || cell instanceof Uint8Array) return cell;
  return cell.kind === "blob" ? cell.bytes : cell.value;
}
