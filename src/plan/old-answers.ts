import type { StorageMode } from "./inputs.ts";

/** A request waits so long for a new version, then it gets the old one (runtime/site/sources). */
const PATIENCE_SECONDS = 5;

/**
 * Seconds after a publish during which a visitor may still get the version before: running
 * environments look for a new one only every `refreshSeconds`, and browsers and caches on the way keep
 * an answer for `cacheSeconds` (the setting default_cache_ttl), or CloudFront for `edgeSeconds`, which tells
 * browsers how old an answer is: the longer of these counts. Embedded databases come with the
 * function's code, which Lambda exchanges at once.
 */
export function oldAnswerSeconds(
  storage: StorageMode,
  refreshSeconds: number,
  cacheSeconds: number,
  edgeSeconds: number,
): number {
  const untilServed = storage === "s3" ? refreshSeconds + PATIENCE_SECONDS : 0;
  return untilServed + Math.max(cacheSeconds, edgeSeconds);
}
