/** What the manifest says of a database that a function keeps up to date; the site does not read it. */
import { asCount, asObject, asString } from "./check.ts";
import type { ManifestDatabase } from "./manifest.ts";

/** Up to where a Litestream replica is in what is published. */
export interface Follows {
  /** `litestream:s3://bucket/path` */
  replica: string;
  /** The last transaction. */
  txid: number;
  /** When that, or the first one of the file that it came in, was made; ISO 8601, UTC. */
  at: string;
  /** Files by which the replica is known again: what they were, by key. */
  landmarks: Record<string, string>;
}

/** null for a database that no function follows. Throws InvalidData. */
export function followsOf({ name, follows }: ManifestDatabase): Follows | null {
  if (follows === undefined) return null;
  const where = `follows of ${name}`;
  const { replica, txid, at, landmarks } = follows;
  const files = Object.entries(asObject(landmarks, `${where}.landmarks`));
  return {
    replica: asString(replica, `${where}.replica`),
    txid: asCount(txid, `${where}.txid`),
    at: asString(at, `${where}.at`),
    landmarks: Object.fromEntries(
      files.map(([key, file]) => [key, asString(file, `${where}.landmarks.${key}`)]),
    ),
  };
}
