/** Where a Litestream replica is that a command was given instead of a database. Pure. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import { type StorePlace, storePlace } from "../aws/store-place.ts";

const PREFIX = "litestream:";

/** Whether a command that takes databases restores this one first: `litestream:s3://bucket/path`. */
export function isReplica(path: string): boolean {
  return path.startsWith(PREFIX);
}

/** @throws DslError for another scheme, and for a URL without a bucket */
export function replicaPlace(source: string): StorePlace {
  const place = storePlace(source.slice(PREFIX.length));
  if (place !== null) return place;
  throw new DslError(
    "bad_replica",
    `${source} is no place of a Litestream replica`,
    `${PREFIX}s3://bucket/path or ${PREFIX}/folder; other kinds: litestream restore -o shop.db, and name that file`,
    { exitCode: 2 },
  );
}
