/** Pieces that S3's answers have in common. */
import type { LocalResponse } from "../common/service.ts";
import { type XmlValue, xmlDocument } from "../common/xml.ts";
import type { ObjectVersion } from "./versions.ts";

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

export function xmlAnswer(
  root: string,
  value: XmlValue,
  headers: Record<string, string> = {},
): LocalResponse {
  return {
    status: 200,
    headers: { "content-type": "application/xml", ...headers },
    body: xmlDocument(root, value, NAMESPACE),
  };
}

export function emptyAnswer(status: 200 | 204, headers: Record<string, string> = {}) {
  return { status, headers, body: "" } satisfies LocalResponse;
}

export function quoted(etag: string): string {
  return `"${etag}"`;
}

/** S3 keeps times to the second. */
export function isoTime(milliseconds: number): string {
  return new Date(Math.floor(milliseconds / 1000) * 1000).toISOString();
}

/** `x-amz-version-id`, for an object of a bucket that has or had versioning. */
export function versionHeader(
  version: Pick<ObjectVersion, "versionId">,
  versioning: "Unversioned" | "Enabled" | "Suspended",
): Record<string, string> {
  return versioning === "Unversioned" ? {} : { "x-amz-version-id": version.versionId };
}

/** What S3 says of every object since January 2023. */
export const ENCRYPTION_HEADER = { "x-amz-server-side-encryption": "AES256" };

/** Keys as `encoding-type=url` wants them: everything escaped but unreserved characters and `/`. */
export function urlEncodeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll("%2F", "/")
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
