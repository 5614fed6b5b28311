import { formatBytes } from "../../runtime/core/quantities.ts";
import type { DatabaseFacts } from "../../runtime/publisher/facts.ts";
import { encodeIndex } from "../../runtime/publisher/publish/manifest-build.ts";
import type { StorageMode } from "./inputs.ts";
import type { FirstVisit, Plan } from "./plan.ts";

/** Bytes a second of a Lambda environment: 625 Mbit/s, measured. */
const BANDWIDTH = 78_000_000;
/** What a page of a table touches, beyond the pages that its block list brings along. */
const BLOCKS = 2;

/** What this deployment makes a first visit cost. */
export function firstVisit(storage: StorageMode, databases: readonly DatabaseFacts[]): FirstVisit {
  const bytes =
    storage === "embed"
      ? databases.reduce((sum, { zippedSize }) => sum + zippedSize, 0)
      : Math.max(0, ...databases.map(onDemand));
  return { bytes: Math.round(bytes), seconds: bytes / BANDWIDTH };
}

/** The block list, and some blocks as they are stored: compressed. */
function onDemand(database: DatabaseFacts): number {
  const share = Math.min(1, BLOCKS / Math.max(1, database.blocks.length));
  return encodeIndex(database).bytes.length + share * database.zippedSize;
}

/** In a sentence. */
export function describeFirstVisit({ storage, firstVisit, publish }: Plan): string {
  const { bytes, seconds } = firstVisit;
  const time = `${seconds < 0.1 ? "less than 0.1" : `about ${seconds.toFixed(1)}`} s`;
  if (storage === "embed") {
    return `A first visit starts the function with ${formatBytes(bytes)} of databases in its package (${time} to load them)`;
  }
  const size = publish.manifest.databases.reduce((sum, each) => sum + each.size, 0);
  return `A first visit reads about ${formatBytes(bytes)} from the bucket (${time}); a query that needs everything reads up to ${formatBytes(size)}`;
}
