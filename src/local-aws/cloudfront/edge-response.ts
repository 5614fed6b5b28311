/** Answers of a location: its own, not modified, parts. Pure. */
import type { EdgeRequest } from "./cache-key.ts";

export interface EdgeResponse {
  status: number;
  headers: [string, string][];
  body: Buffer;
}

/** Not passed on: between two neighbours only, or said anew. */
const DROPPED = ["connection", "content-length", "date", "keep-alive", "transfer-encoding", "via"];

export function fieldsOf(headers: ReadonlyMap<string, string>): [string, string][] {
  return [...headers].filter(([name]) => !DROPPED.includes(name));
}

/** What CloudFront says itself. */
export function ownAnswer(status: number, sentence: string): EdgeResponse {
  return {
    status,
    headers: [
      ["content-type", "text/html"],
      ["x-cache", "Error from cloudfront"],
    ],
    body: Buffer.from(
      `<h1>${status} ERROR</h1>\n<p>The request could not be satisfied. ${sentence}</p>\n`,
    ),
  };
}

/** 304 for who has this answer; null for others. */
export function notModified(
  { headers }: EdgeResponse,
  asked: ReadonlyMap<string, string>,
): EdgeResponse | null {
  const etag = headers.find(([name]) => name === "etag")?.[1];
  const condition = asked.get("if-none-match");
  if (etag === undefined || condition === undefined) return null;
  const tags = condition.split(",").map((tag) => opaque(tag.trim()));
  if (condition.trim() !== "*" && !tags.includes(opaque(etag))) return null;
  const kept = headers.filter(([name]) => !/^content-(?:type|encoding|disposition)$/.test(name));
  return { status: 304, headers: kept, body: Buffer.alloc(0) };
}

/** The range that was asked for, where there is one. */
export function partOf(whole: EdgeResponse, { headers, method }: EdgeRequest): EdgeResponse {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers.get("range") ?? "") ?? [];
  if (from === undefined || method !== "GET") return whole;
  const { length } = whole.body;
  const start = Number(from);
  if (start >= length) {
    return {
      status: 416,
      headers: [...whole.headers, ["content-range", `bytes */${length}`]],
      body: Buffer.alloc(0),
    };
  }
  const end = to === undefined || to === "" ? length - 1 : Math.min(Number(to), length - 1);
  return {
    status: 206,
    headers: [...whole.headers, ["content-range", `bytes ${start}-${end}/${length}`]],
    body: whole.body.subarray(start, end + 1),
  };
}

function opaque(tag: string): string {
  return tag.replace(/^W\//, "");
}
