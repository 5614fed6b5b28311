import { pythonJson } from "../python-json.ts";
import { ConfigError, nearest } from "./config-error.ts";
import type { Metadata } from "./config-types.ts";
import type { Reader } from "./reader.ts";

/** Keys that pages show. Others may be given too: they appear in the JSON. */
const SHOWN_KEYS = [
  "title",
  "description",
  "description_html",
  "license",
  "license_url",
  "source",
  "source_url",
  "about",
  "about_url",
  "accent_color",
  "logo_url",
];

/**
 * The metadata of a site, database or table, in order of key. Values other than strings become
 * their JSON text.
 * @param structure keys that are not metadata but hold further objects
 * @throws ConfigError for a wrong type, or a key that looks like a misspelling
 */
export function readMetadata(reader: Reader, structure: readonly string[]): Metadata {
  const metadata: Record<string, string> = {};
  for (const key of Object.keys(reader.value).sort()) {
    if (structure.includes(key)) continue;
    if (SHOWN_KEYS.includes(key)) {
      const text = reader.string(key);
      if (text !== null) metadata[key] = text;
      continue;
    }
    const suggestion = nearest(key, [...SHOWN_KEYS, ...structure]);
    if (suggestion !== null) {
      throw new ConfigError(reader.at(key), "unknown key", `Did you mean "${suggestion}"?`);
    }
    const value = reader.value[key];
    metadata[key] = typeof value === "string" ? value : pythonJson(value);
  }
  return metadata;
}
