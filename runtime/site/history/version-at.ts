/** Which version was current at a time, found with few questions among any number of versions. */

/** What can be asked of the versions that are kept. */
export interface KeptNumbers {
  /** The first version that is kept with this number or a higher one; null when there is none. */
  nextFrom(version: number): Promise<number | null>;
  /** When it was published, in milliseconds since 1970; null when it is gone meanwhile. */
  publishedAt(version: number): Promise<number | null>;
}

/** `version` is null where the one that was current then is not kept, or there was none yet. */
export interface FoundVersion {
  version: number | null;
}

/**
 * The version that was current at `time`, of those up to `current`. Between two versions that are kept some
 * may have been removed: a time that lies there could be any of theirs, so nothing is found for it.
 */
export async function versionAt(
  kept: KeptNumbers,
  current: number,
  time: number,
): Promise<FoundVersion> {
  const first = await kept.nextFrom(1);
  if (first === null || first > current) return { version: null };
  const isBefore = async (version: number) => {
    const published = await kept.publishedAt(version);
    return published !== null && published <= time;
  };
  if (!(await isBefore(first))) return { version: null };
  let from = first;
  let end = current + 1;
  while (end - from > 1) {
    const middle = Math.floor((from + end) / 2);
    const version = await kept.nextFrom(middle);
    if (version === null || version >= end || !(await isBefore(version))) end = middle;
    else from = version;
  }
  if (from === current) return { version: current };
  const next = await kept.nextFrom(from + 1);
  return { version: next === from + 1 ? from : null };
}
