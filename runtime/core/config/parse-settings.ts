import { parseBoolean } from "./booleans.ts";
import { ConfigError, nearest } from "./config-error.ts";
import { describe } from "./reader.ts";
import { DEFAULT_SETTINGS, type Settings } from "./settings.ts";

/** Settings that Datasette had once. */
const REMOVED_SETTINGS = ["hash_urls", "default_cache_ttl_hashed"];

/** Settings that are taken and ignored, and why. */
const WITHOUT_EFFECT: Partial<Record<keyof Settings, string>> = {
  num_sql_threads: "SQLite runs in one thread here",
  max_insert_rows: "nothing can be written",
  max_post_body_bytes: "nothing can be written",
  allow_signed_tokens: "nobody signs in",
  max_signed_tokens_ttl: "nobody signs in",
  template_debug: "there are no templates",
};

/** One sentence for each setting that was given but has no effect. */
export function notesOn(given: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(WITHOUT_EFFECT)
    .filter(([name]) => Object.hasOwn(given, name))
    .map(([name, reason]) => `setting ${name} has no effect: ${reason}`);
}

/**
 * Settings of the configuration file, overridden by those of the command line (strings).
 * @throws ConfigError
 */
export function parseSettings(
  fromFile: Readonly<Record<string, unknown>>,
  fromCommandLine: Readonly<Record<string, string>>,
): Settings {
  const settings: Record<string, unknown> = { ...DEFAULT_SETTINGS };
  for (const [name, value] of Object.entries(fromFile)) {
    const path = `config: settings.${name}`;
    const expected = settingDefault(name, path);
    if (value === null) continue;
    if (typeof value !== typeof expected || (typeof value === "number" && !isCount(value))) {
      throw new ConfigError(
        path,
        `expected ${expectation(expected)}, got ${describe(value)}`,
        typeof value === "string" ? "Remove the quotes." : null,
      );
    }
    settings[name] = value;
  }
  for (const [name, text] of Object.entries(fromCommandLine)) {
    settings[name] = parseSetting(name, text);
  }
  settings.base_url = withSlashes(settings.base_url as string);
  return settings as unknown as Settings;
}

/**
 * A setting as it is written on the command line.
 * @throws ConfigError
 */
export function parseSetting(name: string, text: string): number | boolean | string {
  const path = `setting ${name}`;
  const expected = settingDefault(name, path);
  if (typeof expected === "string") return text;
  const value = typeof expected === "boolean" ? parseBoolean(text) : Number(text);
  if (value === null || (typeof value === "number" && (text.trim() === "" || !isCount(value)))) {
    throw new ConfigError(path, `expected ${expectation(expected)}, got "${text}"`);
  }
  return value;
}

function settingDefault(name: string, path: string): number | boolean | string {
  if (Object.hasOwn(DEFAULT_SETTINGS, name)) return DEFAULT_SETTINGS[name as keyof Settings];
  if (REMOVED_SETTINGS.includes(name)) {
    throw new ConfigError(path, "this setting was removed from Datasette");
  }
  const suggestion = nearest(name, Object.keys(DEFAULT_SETTINGS));
  throw new ConfigError(
    path,
    "unknown setting",
    suggestion === null
      ? `Known settings: ${Object.keys(DEFAULT_SETTINGS).join(", ")}.`
      : `Did you mean "${suggestion}"?`,
  );
}

function expectation(value: number | boolean | string): string {
  if (typeof value === "number") return "a whole number";
  return typeof value === "boolean" ? "true or false" : "a string";
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** `prefix` and `/prefix` mean `/prefix/`. */
function withSlashes(baseUrl: string): string {
  const inside = baseUrl.replace(/^\/+|\/+$/g, "");
  return inside === "" ? "/" : `/${inside}/`;
}
