import { MOVED_TABLE_KEYS } from "./parse-table.ts";
import { isObject, type Reader } from "./reader.ts";

type Json = Record<string, unknown>;

/** Keys of older metadata files that are configuration, wherever they appear. */
const MOVED_ANYWHERE = ["plugins", "allow", "allow_sql", "permissions"];
const MOVED_FROM_ROOT = ["extra_css_urls", "extra_js_urls", "settings"];

/**
 * In Datasette's older form the metadata file held the configuration too. Returns both as the
 * current form has them; the arguments stay as they are.
 */
export function mergeOlderForm(config: Reader, metadata: Reader): { config: Json; metadata: Json } {
  const merged = {
    config: structuredClone(config.value),
    metadata: structuredClone(metadata.value),
  };
  move(merged, [], MOVED_FROM_ROOT);
  moveAnywhere(merged, merged.metadata, []);
  for (const [database, tables] of objectsIn(merged.metadata.databases)) {
    move(merged, ["databases", database], ["queries"]);
    for (const [table] of objectsIn(tables.tables)) {
      move(merged, ["databases", database, "tables", table], MOVED_TABLE_KEYS);
    }
  }
  return merged;
}

function moveAnywhere(
  merged: { config: Json; metadata: Json },
  object: Json,
  path: string[],
): void {
  move(merged, path, MOVED_ANYWHERE);
  for (const [key, child] of objectsIn(object)) moveAnywhere(merged, child, [...path, key]);
}

/** Moves keys of the object at `path` from the metadata to the configuration. */
function move(
  merged: { config: Json; metadata: Json },
  path: readonly string[],
  keys: readonly string[],
): void {
  let source: unknown = merged.metadata;
  for (const step of path) source = isObject(source) ? source[step] : undefined;
  if (!isObject(source)) return;
  for (const key of keys) {
    if (!Object.hasOwn(source, key)) continue;
    let target = merged.config;
    for (const step of path) {
      const next = target[step];
      if (!isObject(next)) target[step] = {};
      target = target[step] as Json;
    }
    target[key] = merge(source[key], target[key]);
    delete source[key];
  }
}

/** What both forms say is taken from the current one: the older must not undo what it refuses. */
function merge(older: unknown, current: unknown): unknown {
  if (current === undefined) return older;
  if (!isObject(older) || !isObject(current)) return current;
  const keys = new Set([...Object.keys(older), ...Object.keys(current)]);
  return Object.fromEntries([...keys].map((key) => [key, merge(older[key], current[key])]));
}

function objectsIn(value: unknown): [string, Json][] {
  if (!isObject(value)) return [];
  return Object.entries(value).filter((entry): entry is [string, Json] => isObject(entry[1]));
}
