/** What is drawn: suggested by the server, changed by the reader, kept in the address's fragment. */
import type { ChartSpec } from "../../core/chart-spec.ts";
import { type ChartNames, describeChart, OF_NUMBERS, OF_ROWS } from "../views/text/chart-names.ts";
import { element } from "./dom.ts";

/** Names are those of the server's `_chart`, `_x` …; "" for what is left open or out. */
export interface Choice {
  chart: string;
  x: string;
  y: string;
  aggregate: string;
  color: string;
  unit: string;
}

export interface ChartColumn {
  name: string;
  kind: "date" | "number" | "category" | "other";
}

const KEYS = ["chart", "x", "y", "aggregate", "color", "unit"] as const;

type Options = readonly (readonly [value: string, text: string])[];

const KINDS: Options = [
  ["bar", "Bars"],
  ["line", "Line"],
  ["scatter", "Points"],
  ["histogram", "Histogram"],
];
const UNITS: Options = [
  ["day", "day"],
  ["week", "week"],
  ["month", "month"],
  ["year", "year"],
];

/** `#chart=bar&x=country&y=total`; null where the address does not say. */
export function readChoice(fragment: string): Choice | null {
  const kept = new URLSearchParams(fragment.slice(1));
  if (!kept.get("chart") || !kept.get("x")) return null;
  return Object.fromEntries(KEYS.map((key) => [key, kept.get(key) ?? ""])) as unknown as Choice;
}

export function writeChoice(choice: Choice): string {
  const filled = KEYS.filter((key) => choice[key] !== "");
  return `#${new URLSearchParams(filled.map((key) => [key, choice[key]]))}`;
}

/** The address of the chart's data, for the page at `address`. */
export function chartUrl(address: URL, isCustomQuery: boolean, choice: Choice | null): URL {
  const path = address.pathname.replace(/\/$/, "");
  const url = new URL(isCustomQuery ? `${path}/chart.json` : `${path}/-/chart.json`, address);
  url.search = address.search;
  url.searchParams.delete("_next");
  for (const key of KEYS) if (choice?.[key]) url.searchParams.set(`_${key}`, choice[key]);
  return url;
}

/** What the chart shows, in words: its title, and the names of its axes. */
export function describeChoice(choice: Choice): ChartNames {
  return describeChart(specOf(choice));
}

export function specOf({ chart, x, y, aggregate, color, unit }: Choice): ChartSpec {
  const given = { x, y: y || null, color: color || null, unit: unit || null };
  return { ...given, kind: chart, aggregate } as ChartSpec;
}

/** The fields that change the choice in place; `onChange` runs after each change. */
export function chartFields(
  columns: readonly ChartColumn[],
  choice: Choice,
  onChange: () => void,
): HTMLElement {
  const fields = element("div", { class: "form-row chart-fields" });
  const add = (label: string, key: keyof Choice, options: Options): void => {
    const select = element("select", {});
    // What an address asks for may be none of what is offered.
    const isOffered = options.some(([value]) => value === choice[key]);
    const all: Options = isOffered ? options : [[choice[key], choice[key]], ...options];
    for (const [value, text] of all) {
      select.append(element("option", { value, selected: value === choice[key] }, text));
    }
    select.addEventListener("change", () => {
      choice[key] = select.value;
      complete(columns, choice);
      onChange();
    });
    fields.append(element("label", {}, `${label} `, select));
  };
  const named = columns.map(({ name }) => [name, name] as const);
  const numbers = columns.filter(({ kind }) => kind === "number");
  const kindOf = (name: string) => columns.find((column) => column.name === name)?.kind;
  add("Chart", "chart", KINDS);
  add("Across", "x", choice.chart === "histogram" && numbers.length > 0 ? namesOf(numbers) : named);
  if (choice.chart === "line" && kindOf(choice.x) === "date") add("by", "unit", UNITS);
  if (choice.chart === "scatter") add("Up", "y", namesOf(numbers));
  else if (choice.chart !== "histogram") {
    add("Up", "y", [["", "(rows)"], ...namesOf(numbers)]);
    add("as", "aggregate", choice.y === "" ? OF_ROWS : OF_NUMBERS);
  }
  if (choice.chart !== "histogram") add("Colour", "color", [["", "(one)"], ...named]);
  return fields;
}

function namesOf(columns: readonly ChartColumn[]): Options {
  return columns.map(({ name }) => [name, name] as const);
}

/** Gives what a change leaves open a value that fits. */
function complete(columns: readonly ChartColumn[], choice: Choice): void {
  const numbers = columns.filter(({ kind }) => kind === "number").map(({ name }) => name);
  const isNumber = (name: string) => numbers.includes(name);
  if (choice.chart === "histogram" && !isNumber(choice.x)) choice.x = numbers[0] ?? choice.x;
  if (choice.chart === "scatter") {
    if (!isNumber(choice.x)) choice.x = numbers[0] ?? choice.x;
    if (choice.y === "") choice.y = numbers.find((name) => name !== choice.x) ?? choice.x;
  }
  if (choice.chart !== "line") choice.unit = "";
  const known = choice.y === "" ? OF_ROWS : OF_NUMBERS;
  if (!known.some(([value]) => value === choice.aggregate)) choice.aggregate = known[0]![0];
}
