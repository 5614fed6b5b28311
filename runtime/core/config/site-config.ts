import type { Allow } from "../access/allow.ts";
import type { Flags } from "../format/manifest.ts";
import { ConfigError } from "./config-error.ts";
import type { AssetUrl, DatabaseConfig, Metadata, Permissions } from "./config-types.ts";
import { mergeOlderForm } from "./merge-older-form.ts";
import { parseAssetUrls } from "./parse-asset-urls.ts";
import { parseDatabase } from "./parse-database.ts";
import { type Look, parseLook } from "./parse-look.ts";
import { parseAllow, parsePermissions } from "./parse-permissions.ts";
import { notesOn, parseSetting, parseSettings } from "./parse-settings.ts";
import { readMetadata } from "./read-metadata.ts";
import { Reader } from "./reader.ts";
import type { Settings } from "./settings.ts";

/** What the site is configured to be, checked and brought into one form. */
export interface SiteConfig {
  settings: Settings;
  flags: Flags;
  /** Metadata of the whole site, as `/.json` shows it. */
  metadata: Metadata;
  /** `allow` and `allow_sql` of the whole site; null where not configured. */
  allow: Allow | null;
  allowSql: Allow | null;
  /** `permissions` blocks of the whole site. */
  permissions: Permissions;
  databases: ReadonlyMap<string, DatabaseConfig>;
  extraCssUrls: readonly AssetUrl[];
  extraJsUrls: readonly AssetUrl[];
  look: Look;
  /** Origins that may frame pages with `_embed`, as Content-Security-Policy writes them. */
  frameAncestors: readonly string[];
  /** What the publisher should know: settings that were given but have no effect here. */
  notes: readonly string[];
  /** The configuration as `/-/config.json` shows it, before secrets are hidden. */
  document: Readonly<Record<string, unknown>>;
}

export interface SiteConfigSource {
  /** The configuration file (`-c`), parsed; {} for none. */
  config: unknown;
  /** The metadata file (`-m`), parsed; {} for none. */
  metadata: unknown;
  /** Settings given on the command line; they win over those of the configuration file. */
  settings: Readonly<Record<string, string>>;
  flags: Flags;
}

const ROOT_KEYS = [
  "allow",
  "allow_sql",
  "databases",
  "extra_css_urls",
  "extra_js_urls",
  "permissions",
  "plugins",
  "settings",
];

/**
 * Checks the configuration, metadata and settings, in Datasette's current or older form.
 * @throws ConfigError with the path of the first mistake
 */
export function buildSiteConfig(source: SiteConfigSource): SiteConfig {
  const merged = mergeOlderForm(
    new Reader("config:", source.config),
    new Reader("metadata:", source.metadata),
  );
  const config = new Reader("config:", merged.config);
  const metadata = new Reader("metadata:", merged.metadata);
  config.allowOnly(ROOT_KEYS);
  const settings = parseSettings(config.object("settings").value, source.settings);
  const configured = config.object("databases");
  const described = metadata.object("databases");
  const names = new Set([...Object.keys(configured.value), ...Object.keys(described.value)]);
  return {
    settings,
    flags: source.flags,
    metadata: readMetadata(metadata, ["databases"]),
    allow: parseAllow(config, "allow"),
    allowSql: parseAllow(config, "allow_sql"),
    permissions: parsePermissions(config),
    databases: new Map(
      [...names].map((name) => [
        name,
        parseDatabase(configured.object(name), described.object(name)),
      ]),
    ),
    extraCssUrls: parseAssetUrls(config, "extra_css_urls", settings.base_url),
    extraJsUrls: parseAssetUrls(config, "extra_js_urls", settings.base_url),
    look: parseLook(metadata, settings.base_url),
    frameAncestors: parseFraming(settings.allow_framing),
    notes: notesOn({ ...config.object("settings").value, ...source.settings }),
    document: documentOf(config, source.settings),
  };
}

/** @throws ConfigError for what is no origin */
function parseFraming(setting: string): string[] {
  const origins = setting.split(/[\s,]+/).filter(Boolean);
  const wrong = origins.find((each) => !/^(?:\*|https?:\/\/(?:\*\.)?[\w.-]+(?::\d+)?)$/.test(each));
  if (wrong === undefined) return origins;
  throw new ConfigError(
    "setting allow_framing",
    `"${wrong}" is no origin`,
    'Name sites such as https://example.org, or "*" for all.',
  );
}

/** The configuration with the settings of the command line among its own. */
function documentOf(
  config: Reader,
  settings: Readonly<Record<string, string>>,
): SiteConfig["document"] {
  const given = Object.entries(settings).map(([name, text]) => [name, parseSetting(name, text)]);
  if (given.length === 0) return config.value;
  return {
    ...config.value,
    settings: { ...config.object("settings").value, ...Object.fromEntries(given) },
  };
}
