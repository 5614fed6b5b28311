import { DslError } from "../../runtime/core/dsl-error.ts";
import type { ManifestDatabase } from "../../runtime/core/format/manifest.ts";
import { formatBytes } from "../../runtime/core/quantities.ts";
import type { Facts, StorageMode } from "./inputs.ts";

/** Beyond this a larger zip costs more cold start than fetching blocks. */
export const EMBED_ZIPPED_LIMIT = 40_000_000;
/**
 * Lambda refuses a function whose code and layers are larger, unzipped ("Unzipped size must be
 * smaller than 262144000 bytes"): https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 * The zip may have any size, because it is handed over through S3.
 */
export const LAMBDA_UNZIPPED_LIMIT = 262_144_000;

export interface StorageDecision {
  storage: StorageMode;
  /** Why it is another than before; null when that needs no explanation. */
  note: string | null;
}

/** Who publishes besides `update-stack`. */
export interface Others {
  /** Databases of other origins. */
  kept: readonly ManifestDatabase[];
  hasInbox: boolean;
  hasCollector: boolean;
  /** A replica is followed. */
  hasFollower: boolean;
}

/**
 * `auto` embeds while the databases fit. When they outgrow the zip it changes to s3 and stays there,
 * also when they shrink again: a database near the limit must not change the stack back and forth,
 * and s3 serves small databases as well. Databases that others publish are not on this machine and
 * change without a deployment, so they are served from s3. Throws a DslError when `embed` is wanted
 * and cannot be.
 */
export function chooseStorage(
  wanted: "auto" | StorageMode,
  deployed: StorageMode | null,
  facts: Facts,
  layerSize: number,
  others: Others,
): StorageDecision {
  if (wanted === "s3") return { storage: "s3", note: null };
  const reason = reasonAgainst(others);
  if (reason !== null) {
    if (wanted === "embed") throw cannotEmbed(reason);
    const note = `${reason}: storage changes from embed to s3`;
    return { storage: "s3", note: deployed === "embed" ? note : null };
  }
  const unzipped =
    sum(facts.databases.map(({ size }) => size)) + facts.package.codeSize + layerSize;
  if (wanted === "embed") {
    if (unzipped > LAMBDA_UNZIPPED_LIMIT) throw tooLargeToEmbed(unzipped);
    return { storage: "embed", note: null };
  }
  if (deployed === "s3") return { storage: "s3", note: null };
  const zipped = sum(facts.databases.map(({ zippedSize }) => zippedSize));
  if (zipped <= EMBED_ZIPPED_LIMIT && unzipped <= LAMBDA_UNZIPPED_LIMIT) {
    return { storage: "embed", note: null };
  }
  const note =
    deployed === "embed"
      ? `The databases (${formatBytes(zipped)} zipped) have outgrown the function's zip: storage changes from embed to s3`
      : null;
  return { storage: "s3", note };
}

/** Why the databases cannot be part of the function; null when nothing is against it. */
function reasonAgainst({ kept: [foreign], ...has }: Others): string | null {
  const { hasInbox, hasCollector, hasFollower } = has;
  if (hasFollower) return "What comes to a followed replica is published without a deployment";
  if (hasCollector) return "Events are published without a deployment";
  if (hasInbox) return "What comes through the inbox is published without a deployment";
  if (foreign === undefined) return null;
  return `The database ${foreign.name} (origin: ${foreign.origin}) is published by itself`;
}

function cannotEmbed(reason: string): DslError {
  return new DslError(
    "cannot_embed",
    `${reason}, so the databases cannot be part of the function`,
    "--storage s3",
  );
}

export function tooLargeToEmbed(unzipped: number): DslError {
  return new DslError(
    "too_large_to_embed",
    `The function with the databases in it would have ${formatBytes(unzipped)}; Lambda takes at most ${formatBytes(LAMBDA_UNZIPPED_LIMIT)}`,
    "--storage s3",
  );
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
