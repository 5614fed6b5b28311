/**
 * What the environment variables of the function say: which site to serve, from where. What talks
 * to S3 is loaded only when it is used: Node's crypto, zlib and https take 10 ms of a cold start.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { MOUNTS_FOLDER, type StaticMount } from "../../core/format/mounts.ts";
import { Kept } from "../../core/kept.ts";
import type { Access, ReadAccess } from "../../site/access/door.ts";
import type { InFlight } from "../../site/in-flight.ts";
import type { SiteSource } from "../../site/site.ts";
import { embeddedSource } from "../../site/sources/embedded.ts";
import type { ExportPlace } from "./exports.ts";

type Environment = Record<string, string | undefined>;

/** Where large answers are put; null when the function has no bucket. */
export async function exportPlace(
  environment: Environment,
  source: SiteSource,
): Promise<ExportPlace | null> {
  if (!environment.DSL_BUCKET) return null;
  const { Bucket } = await import("../../core/store/s3.ts");
  const { config } = await source.current();
  return {
    bucket: new Bucket(environment.DSL_BUCKET, environment),
    maxMegabytes: config.settings.max_export_mb,
    perMinute: config.settings.max_exports_per_minute,
  };
}

/** An old password is good for so long after it was changed. */
const ACCESS_KEPT_MS = 60_000;

/** Reads what a site with a password keeps in SSM; loaded and asked when it is needed first. */
export function accessReader(environment: Environment): ReadAccess {
  let kept: Kept<Access> | null = null;
  return async (milliseconds) => {
    if (kept === null) {
      const { readAccess } = await import("./read-access.ts");
      kept = new Kept(ACCESS_KEPT_MS, () => readAccess(siteName(environment) ?? "", environment));
    }
    return kept.get(milliseconds);
  };
}

/** The site's own files in the function's package, whatever the storage. */
export function packagedMounts({ LAMBDA_TASK_ROOT: root }: Environment): StaticMount[] {
  const folder = root === undefined ? null : join(root, MOUNTS_FOLDER);
  if (folder === null || !existsSync(folder)) return [];
  return readdirSync(folder).map((mount) => ({ mount, directory: join(folder, mount) }));
}

/** Throws when a variable is missing or wrong, or the embedded manifest cannot be read. */
export async function siteSource(
  environment: Environment,
  inFlight: InFlight,
): Promise<SiteSource> {
  const { DSL_STORAGE: storage, DSL_BUCKET: name, LAMBDA_TASK_ROOT: directory } = environment;
  if (storage === "embed") {
    if (!directory) throw new Error("The environment variable LAMBDA_TASK_ROOT is not set");
    return embeddedSource(directory, inFlight, siteName(environment));
  }
  if (storage !== "s3") {
    throw new Error(`DSL_STORAGE is ${JSON.stringify(storage)}: neither "embed" nor "s3"`);
  }
  if (!name) throw new Error("The environment variable DSL_BUCKET is not set");
  const { fromBucket } = await import("./from-bucket.ts");
  return fromBucket(environment, name, siteName(environment), inFlight);
}

/** The service stack is called after the site. */
function siteName({ DSL_STACK: stack }: Environment): string | null {
  return stack?.replace(/-service$/, "") || null;
}
