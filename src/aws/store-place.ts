/** Where objects are that a command was told of by a URL: in a folder, or below a prefix of a bucket. Pure. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

export type StorePlace =
  | { kind: "folder"; folder: string }
  | { kind: "bucket"; bucket: string; prefix: string };

/** `s3://bucket/path`, `file:///folder`, or a folder's path; null for anything else. */
export function storePlace(text: string): StorePlace | null {
  if (text !== "" && !/^[a-z][a-z0-9+.-]*:/i.test(text)) {
    return { kind: "folder", folder: resolve(text) };
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === "file:" && url.host === "") {
    return { kind: "folder", folder: fileURLToPath(url) };
  }
  // Not the URL's own path: keys are not percent-encoded.
  const bucket = /^s3:\/\/([^/?#]+)(?:\/(.*))?$/.exec(text);
  if (bucket === null) return null;
  const prefix = (bucket[2] ?? "").replace(/\/+$/, "");
  return { kind: "bucket", bucket: bucket[1]!, prefix };
}
