/** Which request headers an object remembers, and how they come back. */
import { AwsFault } from "../common/service.ts";

/** Given back as they were put. */
const REMEMBERED = [
  "cache-control",
  "content-disposition",
  "content-language",
  "content-type",
  "expires",
];

/** What S3 says of an object that was put without a type. */
const DEFAULT_TYPE = "binary/octet-stream";

/** `x-amz-*` request headers of everything that creates an object, beside those in this file. */
export const WRITE_HEADERS = [
  "x-amz-acl",
  "x-amz-server-side-encryption",
  "x-amz-storage-class",
  "x-amz-trailer",
  "x-amz-decoded-content-length",
];

/** The headers of an object that is being put. Throws NotImplemented for what would be lost. */
export function objectHeaders(request: Record<string, string>): Record<string, string> {
  requireOneOf(request, "x-amz-acl", ["private", "bucket-owner-full-control"]);
  requireOneOf(request, "x-amz-server-side-encryption", ["AES256"]);
  requireOneOf(request, "x-amz-storage-class", ["STANDARD"]);
  const headers: Record<string, string> = { "content-type": DEFAULT_TYPE };
  for (const name of REMEMBERED) {
    if (request[name] !== undefined) headers[name] = request[name];
  }
  const encoding = (request["content-encoding"] ?? "")
    .split(/\s*,\s*/)
    .filter((coding) => coding !== "aws-chunked" && coding !== "")
    .join(",");
  if (encoding !== "") headers["content-encoding"] = encoding;
  for (const [name, value] of Object.entries(request)) {
    if (name.startsWith("x-amz-meta-")) headers[name] = value;
  }
  return headers;
}

/** `response-*` query parameters replace headers of one answer. */
export const RESPONSE_OVERRIDES: Record<string, string> = {
  "response-cache-control": "cache-control",
  "response-content-disposition": "content-disposition",
  "response-content-encoding": "content-encoding",
  "response-content-language": "content-language",
  "response-content-type": "content-type",
  "response-expires": "expires",
};

export function overriddenHeaders(query: URLSearchParams): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [parameter, header] of Object.entries(RESPONSE_OVERRIDES)) {
    const value = query.get(parameter);
    if (value !== null) headers[header] = value;
  }
  return headers;
}

function requireOneOf(headers: Record<string, string>, name: string, possible: string[]): void {
  const value = headers[name];
  if (value !== undefined && !possible.includes(value)) {
    throw new AwsFault(
      "NotImplemented",
      `The local S3 does not support ${name}: ${value}; possible: ${possible.join(", ")}.`,
      501,
    );
  }
}
