/** A body → the JSON texts of its events: one object, an array, or NDJSON. */
import { isJson } from "../../core/is-json.ts";
import { formatBytes } from "../../core/quantities.ts";
import { LARGEST_MESSAGE, oneLine } from "../events/event-message.ts";
import { JsonSplitter } from "../json/splitter.ts";
import { Refusal } from "./refusal.ts";

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

/** Throws a Refusal that names the line. */
export function splitEvents(text: string): SentEvent[] {
  if (text.trim() === "") throw new Refusal(400, "The body is empty");
  checkDepth(text);
  const events = wholeDocument(text) ?? lines(text);
  if (events.length === 0) throw new Refusal(400, "The body has no event");
  return events.map(({ text: event, line }) => ({ text: prepared(event, line), line }));
}

/** Null when the text is not one JSON value. */
function wholeDocument(text: string): SentEvent[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // An array, or an object over several lines, is not NDJSON with a mistake in it.
    if (!isNdjson(text)) throw notJson(error, text);
    return null;
  }
  if (!Array.isArray(value)) return [{ text: text.trim(), line: 1 }];
  return new JsonSplitter("the body", "array").write(text, true);
}

function isNdjson(text: string): boolean {
  const [first = "", second] = text.split("\n", 50).filter((line) => line.trim() !== "");
  if (second === undefined || first.trim().startsWith("[")) return false;
  return isJson(first) || /^\s*[[{"\d]/.test(second);
}

function lines(text: string): SentEvent[] {
  return text.split("\n").flatMap((event, at) => {
    if (event.trim() === "") return [];
    try {
      JSON.parse(event);
    } catch (error) {
      throw new Refusal(400, `Line ${at + 1} is not JSON: ${reason(error)}`, at + 1);
    }
    return [{ text: event.trim(), line: at + 1 }];
  });
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
export function checkDepth(text: string): void {
  let depth = 0;
  let isString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isString) {
      if (code === 0x5c) at++;
      else if (code === 0x22) isString = false;
    } else if (code === 0x22) {
      isString = true;
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > DEEPEST) {
        const line = lineOf(text, at);
        throw new Refusal(400, `Line ${line} is nested deeper than ${DEEPEST} levels`, line);
      }
    } else if (code === 0x5d || code === 0x7d) {
      depth--;
    } else if (code === 0x0a && depth < 0) {
      depth = 0;
    }
  }
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
