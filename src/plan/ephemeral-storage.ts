import { SMALLEST_TMP, TMP_SLACK } from "../options/cache-size.ts";
import type { StorageMode } from "./inputs.ts";

/**
 * Megabytes of /tmp, where blocks of the databases are kept. Any size serves databases of any size;
 * more of it fetches less. What is deployed stays when nothing else is asked for.
 */
export function ephemeralStorage(
  storage: StorageMode,
  cacheMegabytes: number | undefined,
  deployed: number | null,
): number {
  if (storage === "embed") return SMALLEST_TMP;
  if (cacheMegabytes === undefined) return deployed ?? SMALLEST_TMP;
  return Math.max(SMALLEST_TMP, cacheMegabytes + TMP_SLACK);
}
