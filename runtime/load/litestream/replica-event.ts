/** What wakes a function that follows replicas: events of S3 and of a schedule, as a queue brings them. */
import { asArray, asObject, asString, parseJson } from "../../core/format/check.ts";

/** A database of the site, and the replica that it follows. */
export interface FollowedReplica {
  name: string;
  bucket: string;
  /** Without a slash at its end; may be empty. */
  prefix: string;
}

/** Bytes of a database that a function's disk takes; the rest of its 10 GB is for what SQLite sorts. */
export const LARGEST_FOLLOWED = 9 * 1024 ** 3;

/** What a template's parameter says: `[["shop", "backups", "shop.db"], …]`. Throws InvalidData. */
export function parseReplicas(text: string): FollowedReplica[] {
  return asArray(parseJson(text, "the replicas"), "the replicas", (value, where) => {
    const [name, bucket, prefix] = asArray(value, where, asString);
    return {
      name: asString(name, `${where}[0]`),
      bucket: asString(bucket, `${where}[1]`),
      prefix: asString(prefix, `${where}[2]`),
    };
  });
}

/**
 * Of which replicas to look for news: an event is only a hint, so one that is not understood is a hint of all.
 * Throws InvalidData for what is no event of a queue.
 */
export function hintedReplicas(event: unknown, replicas: FollowedReplica[]): FollowedReplica[] {
  const { Records } = asObject(event, "the event");
  const keys = asArray(Records, "Records", (record, where) => {
    const body = asString(asObject(record, where).body, `${where}.body`);
    return hintedKey(body);
  });
  if (keys.includes(null)) return replicas;
  return replicas.filter(({ prefix }) => {
    const folder = prefix === "" ? "ltx/" : `${prefix}/ltx/`;
    return keys.some((key) => key!.startsWith(folder));
  });
}

function hintedKey(body: string): string | null {
  try {
    const detail = asObject(asObject(JSON.parse(body), "body").detail, "detail");
    return asString(asObject(detail.object, "object").key, "key");
  } catch {
    return null;
  }
}
