/** A body → the JSON texts of its events: one object, an array, or NDJSON. */
import { isJson } from "../../core/is-json.ts";
import { formatBytes } from "../../core/quantities.ts";
import { LARGEST_MESSAGE, oneLine } from "../events/event-message.ts";
import { Refusal } from "./refusal.ts";
import { type Scanned, scanJson } from "./scan-json.ts";

export interface SentEvent {
  /** JSON without line feeds. */
  text: string;
  /** Where it begins in the body, from 1. */
  line: number;
}

/** Levels of objects and lists: what is deeper no parser is tried with. */
const DEEPEST = 100;
/** What a message has beside its events. */
const HEAD_BYTES = 2048;
export const LARGEST_EVENT = LARGEST_MESSAGE - HEAD_BYTES;

/**
 * Of one request. An event of one character is 200 bytes of memory here and a row there, and 10 MB of them are
 * 10 kB as gzip: a request that small must not be five million rows.
 */
export const MOST_EVENTS = 100_000;

/** Throws a Refusal that names the line. */
export function splitEvents(text: string): SentEvent[] {
  if (text.trim() === "") throw new Refusal(400, "The body is empty");
  const { ends } = checkDepth(text);
  const events = wholeDocument(text, ends) ?? lines(text);
  if (events.length === 0) throw new Refusal(400, "The body has no event");
  return events.map(({ text: event, line }) => ({ text: prepared(event, line), line }));
}

/** Null when the text is not one JSON value. `ends` is where elements end if it is an array. */
function wholeDocument(text: string, ends: readonly number[]): SentEvent[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // An array, or an object over several lines, is not NDJSON with a mistake in it.
    if (!isNdjson(text)) throw notJson(error, text);
    return null;
  }
  if (!Array.isArray(value)) return [{ text: text.trim(), line: 1 }];
  if (value.length > MOST_EVENTS) throw tooMany();
  return value.length === 0 ? [] : elements(text, ends);
}

/** The elements of an array as they are in the text. */
function elements(text: string, ends: readonly number[]): SentEvent[] {
  let start = text.indexOf("[") + 1;
  let line = 1;
  let lineFeed = text.indexOf("\n");
  return ends.map((end) => {
    const from = start + text.slice(start, end).search(/\S/);
    for (; lineFeed >= 0 && lineFeed < from; lineFeed = text.indexOf("\n", lineFeed + 1)) line++;
    start = end + 1;
    return { text: text.slice(from, end).trimEnd(), line };
  });
}

function isNdjson(text: string): boolean {
  const [first = "", second] = text.split("\n", 50).filter((line) => line.trim() !== "");
  if (second === undefined || first.trim().startsWith("[")) return false;
  return isJson(first) || /^\s*[[{"\d]/.test(second);
}

function lines(text: string): SentEvent[] {
  const events: SentEvent[] = [];
  for (let start = 0, line = 1; start < text.length; line++) {
    const lineFeed = text.indexOf("\n", start);
    const end = lineFeed < 0 ? text.length : lineFeed;
    const event = text.slice(start, end).trim();
    start = end + 1;
    if (event === "") continue;
    try {
      JSON.parse(event);
    } catch (error) {
      throw new Refusal(400, `Line ${line} is not JSON: ${reason(error)}`, line);
    }
    if (events.length === MOST_EVENTS) throw tooMany();
    events.push({ text: event, line });
  }
  return events;
}

function tooMany(): Refusal {
  return new Refusal(413, `A request may have ${MOST_EVENTS.toLocaleString("en-US")} events`);
}

/** An event as a queue takes it, whose messages may not have two characters that JSON may have. */
export function prepared(event: string, line: number): string {
  const text = oneLine(event).replace(/[\ufffe\uffff]/g, (character) =>
    character === "\ufffe" ? "\\ufffe" : "\\uffff",
  );
  if (text.length * 3 > LARGEST_EVENT && Buffer.byteLength(text) > LARGEST_EVENT) {
    throw new Refusal(
      413,
      `The event in line ${line} has more than ${formatBytes(LARGEST_EVENT)}`,
      line,
    );
  }
  return text;
}

/** Throws a Refusal. */
export function checkDepth(text: string): Scanned {
  const scanned = scanJson(text, DEEPEST);
  if (scanned.tooDeepAt < 0) return scanned;
  const line = lineOf(text, scanned.tooDeepAt);
  throw new Refusal(400, `Line ${line} is nested deeper than ${DEEPEST} levels`, line);
}

function notJson(error: unknown, text: string): Refusal {
  const position = /position (\d+)/.exec((error as Error).message)?.[1];
  const line = lineOf(text, position === undefined ? text.length : Number(position));
  return new Refusal(400, `Line ${line} is not JSON: ${reason(error)}`, line);
}

function lineOf(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}

/** V8's message without the excerpt, which may be anything. */
function reason(error: unknown): string {
  return (error as Error).message.replace(/,? ?(\.\.\.)?".*" is not valid JSON$/s, "");
}
