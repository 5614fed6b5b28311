/** How keys become a page of a listing: prefix, delimiter, where the last page ended, how many. */

export interface ListingQuery {
  prefix: string;
  /** Empty for none. */
  delimiter: string;
  /** Entries and common prefixes together. */
  limit: number;
  /** Where the page before ended. */
  after?: Position;
}

/** The last thing on a page. `versionId` only where versions are listed. */
export type Position =
  | { key: string; versionId?: string }
  /** Keys with this beginning have been summed up already. */
  | { commonPrefix: string };

export interface Listing<Entry> {
  entries: Entry[];
  commonPrefixes: string[];
  /** Where the next page goes on; undefined on the last page. */
  next?: Position;
}

interface Keyed {
  key: string;
  versionId: string;
}

/**
 * One page of rows that come ordered by the UTF-8 bytes of their keys, from the prefix on.
 * Stops reading as soon as the page is full.
 */
export function paginate<Row extends Keyed, Entry>(
  rows: Iterable<Row>,
  toEntry: (row: Row) => Entry,
  query: ListingQuery,
): Listing<Entry> {
  const { prefix, delimiter, limit, after } = query;
  const listing: Listing<Entry> = { entries: [], commonPrefixes: [] };
  const isOld = rowsUntil(after);
  let last: Position | undefined;
  for (const row of rows) {
    if (!row.key.startsWith(prefix)) break;
    if (isOld(row)) continue;
    const commonPrefix = commonPrefixOf(row.key, prefix, delimiter);
    if (commonPrefix !== undefined && commonPrefix === listing.commonPrefixes.at(-1)) continue;
    if (listing.entries.length + listing.commonPrefixes.length === limit) {
      if (last !== undefined) listing.next = last;
      break;
    }
    if (commonPrefix === undefined) {
      listing.entries.push(toEntry(row));
      last = { key: row.key, versionId: row.versionId };
    } else {
      listing.commonPrefixes.push(commonPrefix);
      last = { commonPrefix };
    }
  }
  return listing;
}

function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === "") return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : key.slice(0, at + delimiter.length);
}

/** A test that is true for rows at or before a position; rows must be asked in order. */
function rowsUntil(after: Position | undefined): (row: Keyed) => boolean {
  if (after === undefined) return () => false;
  const name = Buffer.from("commonPrefix" in after ? after.commonPrefix : after.key);
  let versionSeen = false;
  return (row) => {
    const order = Buffer.compare(Buffer.from(row.key), name);
    if ("commonPrefix" in after) return order <= 0 || row.key.startsWith(after.commonPrefix);
    if (order !== 0 || after.versionId === undefined) return order <= 0;
    const isOld = !versionSeen;
    if (row.versionId === after.versionId) versionSeen = true;
    return isOld;
  };
}
