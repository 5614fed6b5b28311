/** What the environment variables of the function say: which site to serve, from where. */
import { LocalFiles } from "../data/local-files.ts";
import { Bucket } from "../data/s3.ts";
import type { InFlight } from "../in-flight.ts";
import type { SiteSource } from "../site.ts";
import { BucketSource } from "../sources/bucket.ts";
import { embeddedSource } from "../sources/embedded.ts";

const DEFAULT_REFRESH_SECONDS = 60;

type Environment = Record<string, string | undefined>;

/** Where large answers are put; null when the function has no bucket. */
export function exportBucket(environment: Environment): Bucket | null {
  return environment.DSL_BUCKET ? new Bucket(environment.DSL_BUCKET, environment) : null;
}

/** Throws when a variable is missing or wrong, or the embedded manifest cannot be read. */
export function siteSource(environment: Environment, inFlight: InFlight): SiteSource {
  const { DSL_STORAGE: storage, DSL_BUCKET: name, LAMBDA_TASK_ROOT: directory } = environment;
  if (storage === "embed") {
    if (!directory) throw new Error("The environment variable LAMBDA_TASK_ROOT is not set");
    return embeddedSource(directory);
  }
  if (storage !== "s3") {
    throw new Error(`DSL_STORAGE is ${JSON.stringify(storage)}: neither "embed" nor "s3"`);
  }
  if (!name) throw new Error("The environment variable DSL_BUCKET is not set");
  const bucket = new Bucket(name, environment);
  return new BucketSource(bucket, new LocalFiles(bucket), inFlight, refreshMs(environment));
}

function refreshMs(environment: Environment): number {
  const seconds = Number(environment.DSL_REFRESH_SECONDS || DEFAULT_REFRESH_SECONDS);
  if (!(seconds >= 0)) {
    throw new Error(`DSL_REFRESH_SECONDS is ${environment.DSL_REFRESH_SECONDS}: not a number`);
  }
  return seconds * 1000;
}
