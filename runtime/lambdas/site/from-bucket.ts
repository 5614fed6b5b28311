/** The site that the bucket has, for a function that reads it: loaded by no other. */
import { findGuard } from "../../core/sqlite/guard.ts";
import { Bucket } from "../../core/store/s3.ts";
import type { InFlight } from "../../site/in-flight.ts";
import type { SiteSource } from "../../site/site.ts";
import { BucketSource } from "../../site/sources/bucket.ts";
import { PagedDatabases } from "../../site/sources/paged-databases.ts";

const DEFAULT_REFRESH_SECONDS = 5;

/** `bucket` and `site` are names. Throws when a variable is wrong or the layer has no guard. */
export function fromBucket(
  environment: Record<string, string | undefined>,
  bucket: string,
  site: string | null,
  inFlight: InFlight,
): SiteSource {
  const extensionFile = findGuard();
  if (extensionFile === null) {
    throw new Error("The SQLite extension dsl-guard is not in the function's layer");
  }
  const start = () => PagedDatabases.start({ extensionFile, bucket, environment });
  const objects = new Bucket(bucket, environment);
  return new BucketSource(objects, start, inFlight, refreshMs(environment), site);
}

function refreshMs(environment: Record<string, string | undefined>): number {
  const seconds = Number(environment.DSL_REFRESH_SECONDS || DEFAULT_REFRESH_SECONDS);
  if (!(seconds >= 0)) {
    throw new Error(`DSL_REFRESH_SECONDS is ${environment.DSL_REFRESH_SECONDS}: not a number`);
  }
  return seconds * 1000;
}
