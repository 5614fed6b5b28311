/** Conditional requests and ranges, decided from headers alone. */
import { AwsFault } from "../common/service.ts";
import type { WriteCondition } from "./objects.ts";
import type { ObjectVersion } from "./versions.ts";

/** The condition of PutObject, CopyObject, CompleteMultipartUpload and DeleteObject. Throws NotImplemented. */
export function writeCondition(headers: Record<string, string>): WriteCondition | undefined {
  const ifMatch = headers["if-match"];
  const ifNoneMatch = headers["if-none-match"];
  if (ifMatch !== undefined && ifNoneMatch !== undefined) {
    throw notImplemented("If-Match together with If-None-Match");
  }
  if (ifMatch !== undefined) return { ifMatch: unquoted(ifMatch) };
  if (ifNoneMatch === undefined) return undefined;
  if (ifNoneMatch !== "*") throw notImplemented("If-None-Match with anything but *");
  return { ifNoneMatch: "*" };
}

/**
 * Whether a reader gets the object or `304 Not Modified`; RFC 9110, section 13.2.2.
 * Throws PreconditionFailed.
 */
export function isNotModified(object: ObjectVersion, headers: Record<string, string>): boolean {
  const modified = Math.floor(object.modifiedAt / 1000) * 1000;
  const ifMatch = headers["if-match"];
  const unmodifiedSince = Date.parse(headers["if-unmodified-since"] ?? "");
  if (ifMatch !== undefined ? !matches(ifMatch, object.etag) : modified > unmodifiedSince) {
    throw new AwsFault(
      "PreconditionFailed",
      "At least one of the pre-conditions you specified did not hold",
      412,
      { details: { Condition: ifMatch !== undefined ? "If-Match" : "If-Unmodified-Since" } },
    );
  }
  const ifNoneMatch = headers["if-none-match"];
  const modifiedSince = Date.parse(headers["if-modified-since"] ?? "");
  return ifNoneMatch !== undefined ? matches(ifNoneMatch, object.etag) : modified <= modifiedSince;
}

/** Both ends included. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * The range that a GET asks for; undefined for the whole object, also when there are several ranges
 * or the header makes no sense, as S3 does. Throws InvalidRange.
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (match === null) return undefined;
  const [first, last] = [match[1]!, match[2]!];
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== "" && last !== "" && Number(last) < start) return undefined;
  if (start >= size) {
    throw new AwsFault("InvalidRange", "The requested range is not satisfiable", 416, {
      details: { RangeRequested: header!, ActualObjectSize: String(size) },
      headers: { "content-range": `bytes */${size}` },
    });
  }
  return { start, end };
}

function matches(header: string, etag: string): boolean {
  return header.split(",").some((tag) => tag.trim() === "*" || unquoted(tag.trim()) === etag);
}

function unquoted(etag: string): string {
  return etag.replace(/^"(.*)"$/, "$1");
}

function notImplemented(what: string): AwsFault {
  return new AwsFault("NotImplemented", `The local S3 does not support ${what}.`, 501);
}
