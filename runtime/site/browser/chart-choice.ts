/** What is drawn: chosen by the reader, guessed at first, kept in the address's fragment. */
import { element } from "./dom.ts";
import type { Row } from "./rows.ts";

type ChartType = "bar" | "line" | "scatter" | "histogram";

export interface Choice {
  type: ChartType;
  x: string;
  /** "" counts the rows. */
  y: string;
  /** Colours the marks; "" for one colour. */
  color: string;
}

const TYPES: readonly [ChartType, string][] = [
  ["bar", "Bars"],
  ["line", "Line"],
  ["scatter", "Points"],
  ["histogram", "Histogram"],
];

function columnsOf(rows: readonly Row[]): string[] {
  return Object.keys(rows[0] ?? {});
}

export function isNumeric(rows: readonly Row[], column: string): boolean {
  const values = rows.map((row) => row[column]).filter((value) => value !== null);
  return values.length > 0 && values.every((value) => typeof value === "number");
}

export function isDate(rows: readonly Row[], column: string): boolean {
  const values = rows.map((row) => row[column]).filter((value) => value !== null && value !== "");
  return (
    values.length > 0 &&
    values.every((value) => typeof value === "string" && /^\d{4}-\d\d(-\d\d|$)/.test(value))
  );
}

/** `#chart=bar&x=country&y=total`; what is missing or unknown there is guessed. */
export function readChoice(rows: readonly Row[], fragment: string): Choice {
  const kept = new URLSearchParams(fragment.slice(1));
  const columns = columnsOf(rows);
  const guess = guessChoice(rows);
  const column = (name: string, fallback: string): string => {
    const chosen = kept.get(name);
    return chosen !== null && (chosen === "" || columns.includes(chosen)) ? chosen : fallback;
  };
  const type = TYPES.find(([name]) => name === kept.get("chart"))?.[0] ?? guess.type;
  return {
    type,
    x: column("x", guess.x) || guess.x,
    y: column("y", guess.y),
    color: column("color", guess.color),
  };
}

export function writeChoice({ type, x, y, color }: Choice): string {
  const parameters = new URLSearchParams({ chart: type, x, y, color });
  return `#${parameters}`;
}

/** Dates make a line, names make bars, two numbers make points, one number a histogram. */
function guessChoice(rows: readonly Row[]): Choice {
  const columns = columnsOf(rows);
  const numbers = columns.filter(
    (name) => isNumeric(rows, name) && !/(^|_)(id|pk|rowid)$/i.test(name),
  );
  const date = columns.find((name) => isDate(rows, name));
  const names = columns.find((name) => isCategory(rows, name));
  const measure = numbers.at(-1) ?? "";
  if (date && measure) return { type: "line", x: date, y: measure, color: "" };
  if (names) return { type: "bar", x: names, y: measure, color: "" };
  if (numbers.length > 1) return { type: "scatter", x: numbers[0]!, y: numbers[1]!, color: "" };
  return { type: "histogram", x: numbers[0] ?? columns[0] ?? "", y: "", color: "" };
}

function isCategory(rows: readonly Row[], column: string): boolean {
  const values = new Set(rows.map((row) => row[column]));
  return values.size > 1 && values.size <= 40 && typeof rows[0]?.[column] === "string";
}

/** The fields that change the choice in place; `onChange` runs after each change. */
export function chartFields(
  rows: readonly Row[],
  choice: Choice,
  onChange: () => void,
): HTMLElement {
  const columns = columnsOf(rows);
  const fields = element("div", { class: "form-row chart-fields" });
  const add = (label: string, key: keyof Choice, options: readonly [string, string][]): void => {
    const select = element("select", {});
    for (const [value, text] of options) {
      select.append(element("option", { value, selected: value === choice[key] }, text));
    }
    select.addEventListener("change", () => {
      choice[key] = select.value as ChartType;
      onChange();
    });
    fields.append(element("label", {}, `${label} `, select));
  };
  const named = columns.map((name): [string, string] => [name, name]);
  add("Chart", "type", TYPES);
  add("Across", "x", named);
  add("Up", "y", [["", "(number of rows)"], ...named]);
  add("Colour", "color", [["", "(one)"], ...named]);
  return fields;
}
