import type { DashboardPage, PartContent } from "../../pages/dashboard/dashboard-page-type.ts";
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
      const { chart, marks } = chartJson(content.chart, false);
      return { kind: "chart", chart, marks };
    }
    case "table":
      return {
        kind: "table",
        columns: content.columns.map(({ name }) => name),
        rows: content.rows.length,
      };
    case "result":
      return { kind: "table", columns: content.columns, rows: content.rows.length };
    case "failure":
      return { kind: "failure", error: content.message };
  }
}
