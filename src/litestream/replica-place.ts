/** Where a Litestream replica is that a command was given instead of a database. Pure. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { DslError } from "../../runtime/core/dsl-error.ts";

const PREFIX = "litestream:";

export type ReplicaPlace =
  | { kind: "folder"; folder: string }
  | { kind: "bucket"; bucket: string; prefix: string };

/** Whether a command that takes databases restores this one first: `litestream:s3://bucket/path`. */
export function isReplica(path: string): boolean {
  return path.startsWith(PREFIX);
}

/** @throws DslError for another scheme, and for a URL without a bucket */
export function replicaPlace(source: string): ReplicaPlace {
  const place = source.slice(PREFIX.length);
  if (place !== "" && !/^[a-z][a-z0-9+.-]*:/i.test(place)) {
    return { kind: "folder", folder: resolve(place) };
  }
  const url = URL.canParse(place) ? new URL(place) : null;
  if (url?.protocol === "file:" && url.host === "") {
    return { kind: "folder", folder: fileURLToPath(url) };
  }
  // Not the URL's own path: keys are not percent-encoded.
  const bucket = /^s3:\/\/([^/?#]+)(?:\/(.*))?$/.exec(place);
  if (bucket !== null) {
    const prefix = (bucket[2] ?? "").replace(/\/+$/, "");
    return { kind: "bucket", bucket: bucket[1]!, prefix };
  }
  throw new DslError(
    "bad_replica",
    `${source} is no place of a Litestream replica`,
    `${PREFIX}s3://bucket/path or ${PREFIX}/folder; other kinds: litestream restore -o shop.db, and name that file`,
    { exitCode: 2 },
  );
}
