import { createHash } from "node:crypto";

/** SHA-256 in hex: names a BLOB in the result of a query. */
export function blobHash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
