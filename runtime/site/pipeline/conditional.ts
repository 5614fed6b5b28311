/**
 * Conditional requests, for all answers in one place: https://httpwg.org/specs/rfc9110.html#section-13
 * ETags decide. Some answers say when their data was refreshed, but a date has seconds, two versions may be
 * published in one, and a change of the configuration is none of the data: a condition on a date alone is
 * ignored, which is always right. An answer that is an error stays what it is,
 * whatever the condition.
 */
import { type Answer, answer, type HeaderFields } from "../http/answer.ts";
import type { RequestHeaders } from "../request.ts";

/** What a 304 repeats of the answer it stands for: https://httpwg.org/specs/rfc9110.html#section-15.4.5 */
const REPEATED = ["cache-control", "content-location", "date", "etag", "expires", "vary"];

export interface ConditionalRequest {
  method: string;
  headers: RequestHeaders;
}

/** `given`, or what stands for it: 304 for what the browser has already, 412 for what it did not mean. */
export function conditional({ method, headers }: ConditionalRequest, given: Answer): Answer {
  if (given.status !== 200 || (method !== "GET" && method !== "HEAD")) return given;
  const etag = given.headers.etag ?? null;
  const ifMatch = headers.get("if-match");
  if (ifMatch !== null && !lists(ifMatch, etag, isStrongMatch)) {
    return answer("The condition of If-Match is not met", notMetHeaders(given.headers), 412);
  }
  const ifNoneMatch = headers.get("if-none-match");
  if (ifNoneMatch !== null && lists(ifNoneMatch, etag, isWeakMatch)) {
    return answer(null, headersOf304(given.headers), 304);
  }
  return given;
}

/** Those of an answer that its 304 has, too. */
export function headersOf304(headers: HeaderFields): HeaderFields {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => REPEATED.includes(name) || name.startsWith("access-control-"),
    ),
  );
}

function notMetHeaders(headers: HeaderFields): HeaderFields {
  const cors = Object.entries(headers).filter(([name]) => name.startsWith("access-control-"));
  return {
    ...Object.fromEntries(cors),
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
  };
}

/** https://httpwg.org/specs/rfc9110.html#field.etag: a comma may be part of a tag. */
const ENTITY_TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;

/** Whether a field names this answer; `*` names every answer that there is. */
function lists(
  field: string,
  etag: string | null,
  matches: (tag: string, etag: string) => boolean,
): boolean {
  if (field.trim() === "*") return true;
  if (etag === null) return false;
  return (field.match(ENTITY_TAG) ?? []).some((tag) => matches(tag, etag));
}

function isWeakMatch(tag: string, etag: string): boolean {
  return opaque(tag) === opaque(etag);
}

function isStrongMatch(tag: string, etag: string): boolean {
  return tag === etag && !tag.startsWith("W/");
}

function opaque(tag: string): string {
  return tag.replace(/^W\//, "");
}
