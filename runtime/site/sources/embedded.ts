/** The site inside the function's package (`--storage embed`): it never asks S3 for anything. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MANIFEST_KEY, type ManifestDatabase, parseManifest } from "../../core/format/manifest.ts";
import { fileBody } from "../http/file-body.ts";
import type { InFlight } from "../in-flight.ts";
import type { Site, SiteSource } from "../site.ts";
import { publishedSite } from "./published-site.ts";

/**
 * `directory` has `manifest.json`, `databases/<sha256>.db` and cards; `name` is that of the site. Throws when they
 * cannot be read.
 */
export function embeddedSource(
  directory: string,
  inFlight: InFlight,
  name: string | null = null,
): SiteSource {
  const manifest = parseManifest(readFileSync(join(directory, MANIFEST_KEY), "utf8"));
  const locate = async ({ sha256 }: ManifestDatabase) => {
    const path = join(directory, "databases", `${sha256}.db`);
    return { url: path, bytes: () => fileBody(path) };
  };
  const read = async (key: string) => {
    const path = join(directory, key);
    return existsSync(path) ? readFileSync(path) : null;
  };
  const places = { locate, read };
  const { site } = publishedSite({ name, manifest, storage: "embed", places, inFlight });
  return { current: async (): Promise<Site> => site };
}
