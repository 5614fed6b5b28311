/** The chart panel: bars, lines, points or a histogram, computed by the server over all rows. */
import type { ChartKind } from "../../core/chart-spec.ts";
import { leftOut } from "../views/svg/bar-chart.ts";
import { chartSvg } from "../views/svg/chart-svg.ts";
import type { Mark } from "../views/svg/drawing.ts";
import { describeCoverage } from "../views/text/chart-names.ts";
import {
  type ChartColumn,
  type Choice,
  chartFields,
  chartUrl,
  describeChoice,
  readChoice,
  specOf,
  writeChoice,
} from "./chart-choice.ts";
import { saveAsPng, saveAsSvg } from "./chart-export.ts";
import { element } from "./dom.ts";

/** What the server says: see runtime/site/views/json/chart-json.ts. */
interface ChartAnswer {
  chart: (Record<string, string | null> & { kind: string }) | null;
  columns: ChartColumn[];
  rows: number | null;
  rows_used: number;
  steps: number;
  marks: Mark[];
  sql: string | null;
  params: Record<string, unknown>;
}

export async function open(panel: HTMLElement): Promise<void> {
  const figure = element("figure", { class: "chart" });
  const fields = element("div");
  const tools = element("p", { class: "form-row" });
  const status = element("p", { class: "soft chart-status", role: "status" });
  panel.replaceChildren(fields, status, figure, tools);
  let choice = readChoice(location.hash);
  let answer: ChartAnswer | null = null;
  let asked = 0;

  const draw = (): void => {
    if (answer === null || choice === null) return;
    const width = Math.max(280, figure.clientWidth || panel.clientWidth);
    figure.replaceChildren(drawn(answer.marks, choice, width));
  };
  const load = async (): Promise<void> => {
    const request = ++asked;
    status.textContent = "Computing …";
    try {
      const found = await fetchChart(choice);
      // A later choice may have been answered already.
      if (request !== asked) return;
      answer = found;
      choice = choiceOf(found) ?? choice ?? firstChoice(found.columns);
      history.replaceState(history.state, "", writeChoice(choice));
      status.textContent =
        found.chart === null ? "Nothing stands out: choose what to draw." : note(found, choice);
      draw();
    } catch (error) {
      if (request !== asked) return;
      figure.replaceChildren();
      answer = null;
      status.textContent = error instanceof Error ? error.message : String(error);
    }
    showFields();
    showTools();
  };
  const showFields = (): void => {
    const known = answer?.columns ?? columns;
    columns = known;
    if (choice !== null) fields.replaceChildren(chartFields(known, choice, () => void load()));
  };
  let columns: ChartColumn[] = [];
  const showTools = (): void => {
    const svg = (): SVGSVGElement | null => figure.querySelector("svg");
    tools.replaceChildren();
    for (const [label, save] of [
      ["SVG", saveAsSvg],
      ["PNG", saveAsPng],
    ] as const) {
      const button = element("button", { type: "button", class: "plain" }, `Save as ${label}`);
      button.addEventListener("click", () => {
        const picture = svg();
        if (picture) void save(picture);
      });
      tools.append(button);
    }
    if (answer?.sql) tools.append(element("a", { href: sqlHref(answer) }, "Show the SQL"));
  };

  await load();
  new ResizeObserver(draw).observe(panel);
}

function drawn(marks: Mark[], choice: Choice, width: number): SVGElement {
  const { title, ...names } = describeChoice(choice);
  const kind = choice.chart as ChartKind;
  const markup = chartSvg({ kind, marks, title, names, source: sourceText(), width });
  const parsed = new DOMParser().parseFromString(markup, "image/svg+xml");
  return document.adoptNode(parsed.documentElement) as unknown as SVGElement;
}

async function fetchChart(choice: Choice | null): Promise<ChartAnswer> {
  const isCustomQuery = /\/-\/query$/.test(location.pathname);
  const response = await fetch(chartUrl(new URL(location.href), isCustomQuery, choice));
  const body = await response.json();
  if (!response.ok) throw new Error(String(body.error));
  return body;
}

function choiceOf({ chart }: ChartAnswer): Choice | null {
  if (chart === null) return null;
  const { kind, x, y, aggregate, color, unit } = chart;
  return {
    chart: kind,
    x: x ?? "",
    y: y ?? "",
    aggregate: aggregate ?? "",
    color: color ?? "",
    unit: unit ?? "",
  };
}

function firstChoice(columns: readonly ChartColumn[]): Choice {
  const x = columns[0]?.name ?? "";
  return { chart: "bar", x, y: "", aggregate: "count", color: "", unit: "" };
}

/** How much of the data is in the picture. */
function note({ rows, rows_used: used, steps, marks }: ChartAnswer, choice: Choice): string {
  const others = choice.chart === "bar" ? leftOut(marks) : null;
  return describeCoverage(specOf(choice), {
    ...{ rows, used, steps },
    marks: marks.length,
    leftOut: others,
  });
}

/** Name of the page and where it is, for whoever sees the picture elsewhere. */
function sourceText(): string {
  const { host, pathname } = location;
  return `${host}${decodeURIComponent(pathname)}, ${new Date().toISOString().slice(0, 10)}`;
}

function sqlHref({ sql, params }: ChartAnswer): string {
  const database = location.pathname.replace(/\/(?:-\/query|[^/]+)$/, "");
  const query = new URLSearchParams({ sql: sql ?? "" });
  const version = new URLSearchParams(location.search).get("_at");
  if (version) query.set("_at", version);
  for (const [name, value] of Object.entries(params)) {
    if (!name.startsWith("_") && name !== "sql") query.set(name, String(value ?? ""));
  }
  return `${database}/-/query?${query}`;
}
