import { ConfigError } from "../runtime/core/config/config-error.ts";
import { buildSiteConfig, type SiteConfig } from "../runtime/core/config/site-config.ts";
import { DslError } from "../runtime/core/dsl-error.ts";
import type { SiteContent } from "../runtime/publisher/facts.ts";
import { readYaml } from "./project-file/read-yaml.ts";

/** What a site is besides its databases: as the user wrote it, and what that means. */
export interface CheckedContent {
  content: SiteContent;
  /** Its `notes` say what is given without having an effect here. */
  config: SiteConfig;
}

/** A file of YAML or JSON, or what is in it. */
export type ContentSource = string | Record<string, unknown>;

/**
 * Reads the configuration and metadata (null for none), of which `about` replaces keys, and checks
 * everything as the runtime will. Throws a DslError with the file and the place of the first mistake.
 */
export async function readSiteContent(
  configSource: ContentSource | null,
  metadataSource: ContentSource | null,
  settings: SiteContent["settings"],
  flags: SiteContent["flags"],
  about: Readonly<Record<string, string>> = {},
): Promise<CheckedContent> {
  const config = await contentOf(configSource);
  const metadata = { ...(await contentOf(metadataSource)), ...about };
  const content = { config, metadata, settings, flags };
  try {
    return { content, config: buildSiteConfig(content) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new DslError(
      "invalid_config",
      error.message,
      error.hint ?? howToFix(error, configSource),
      {
        cause: error,
        exitCode: error.path.startsWith("setting ") ? 2 : 1,
      },
    );
  }
}

function howToFix({ path }: ConfigError, source: ContentSource | null): string {
  return `correct ${path}${typeof source === "string" ? ` in ${source}` : ""}`;
}

/** The mapping in a file, or the one that is given; null: an empty one. Throws a DslError. */
export async function contentOf(source: ContentSource | null): Promise<Record<string, unknown>> {
  if (source === null) return {};
  return typeof source === "string" ? readMapping(source) : source;
}

async function readMapping(file: string): Promise<Record<string, unknown>> {
  const parsed = await readYaml(file);
  if (parsed === null) return {};
  if (typeof parsed === "object" && !Array.isArray(parsed)) {
    return parsed as Record<string, unknown>;
  }
  throw new DslError(
    "invalid_config",
    `${file} does not contain a mapping of keys to values`,
    'a file such as {"title": "Northwind"} or title: Northwind',
  );
}
