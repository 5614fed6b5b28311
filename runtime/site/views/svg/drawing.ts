/** What charts are drawn from and with. */
import type { ChartKind } from "../../../core/chart-spec.ts";
import { escapeHtml } from "../fast-text/escape.ts";

/** A mark as the JSON of charts has it. */
export interface Mark {
  x: unknown;
  /** The end of a bin. */
  x2?: unknown;
  is_other?: boolean;
  color?: unknown;
  value: unknown;
}

export interface ChartPicture {
  kind: ChartKind;
  marks: readonly Mark[];
  /** "" for none. */
  title: string;
  /** Names of the axes, and of what colours stand for; null where there is one colour. */
  names: { x: string; y: string; color: string | null };
  /** Where the data is from, written below; "" for nothing. */
  source: string;
  /** In pixels at its natural size. */
  width: number;
}

/** The part of the picture that marks are in. */
export interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export function hasColors({ names }: ChartPicture): boolean {
  return names.color !== null;
}

export const OTHERS = "(others)";
/** Colours for series, in style/tokens.css. */
const SERIES = 8;

export function colorOf(name: string, at: number): string {
  if (name === OTHERS || name === "(null)") return "var(--series-other)";
  return `var(--series-${(at % SERIES) + 1})`;
}

export function nameOf(value: unknown): string {
  if (value === null || value === undefined) return "(null)";
  if (value === "") return "(empty)";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** A number that can be drawn: SQLite knows infinite ones, and some are too large to be compared. */
export function isDrawable(value: unknown): boolean {
  return value !== null && value !== "" && Math.abs(Number(value)) < 1e300;
}

/** Pixels with one digit. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** `anchor` is start, middle or end; `cssClass` says what it is, for style sheets and tests. */
export function textAt(
  x: number,
  y: number,
  text: string,
  { cssClass = "", anchor = "start" }: { cssClass?: string; anchor?: string } = {},
): string {
  const size = cssClass === "chart-title" ? ' font-size="15" font-weight="600"' : "";
  const name = cssClass === "" ? "" : ` class="${cssClass}"`;
  return `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}"${name}${size}>${escapeHtml(text)}</text>`;
}

export function lineAt(x1: number, y1: number, x2: number, y2: number, isAxis = false): string {
  const ink = isAxis ? "currentColor" : "var(--line)";
  return `<path d="M${px(x1)} ${px(y1)}L${px(x2)} ${px(y2)}" stroke="${ink}" fill="none"/>`;
}

/** An element that says what it is when it is pointed at. */
export function titled(element: string, attributes: string, title: string): string {
  return `<${element} ${attributes}><title>${escapeHtml(title)}</title></${element}>`;
}
