import { buildSiteConfig } from "../../core/config/site-config.ts";
import type { Manifest, ManifestDatabase } from "../../core/format/manifest.ts";
import { Connection } from "../../core/sqlite/connection.ts";
import type { Site, SiteDatabase } from "../site.ts";
import { Visitor } from "../visitor.ts";
import { Connections } from "./connections.ts";
import { memoryDatabase } from "./memory-database.ts";

/** One published version, with what is open of it. */
export interface PublishedSite {
  manifest: Manifest;
  site: Site;
  connections: Connections;
}

/**
 * A published version as a Site. Its databases are opened when first asked for, from the files that
 * `locate` names: inside the function's package, or fetched from the bucket.
 */
export function publishedSite(
  name: string | null,
  manifest: Manifest,
  storage: "embed" | "s3",
  locate: (database: ManifestDatabase) => Promise<string>,
): PublishedSite {
  const config = buildSiteConfig(manifest);
  const visitor = new Visitor(config);
  const options = { immutable: true, cacheSizeKb: config.settings.cache_size_kb };
  const connections = new Connections();
  const databases = manifest.databases.map((database): SiteDatabase => {
    const { name, size, sha256, inspection } = database;
    const file = () => locate(database);
    const open = async () =>
      new Connection(await file(), { ...options, rules: visitor.tableRules(name) });
    const connect = () => connections.get(name, open);
    return { name, isMutable: false, size, sha256, inspection, connect, file };
  });
  if (manifest.flags.crossdb) databases.unshift(memoryDatabase(databases, connections, visitor));
  const { version, publishedAt } = manifest;
  const site: Site = { name, version, publishedAt, storage, config, databases };
  return { manifest, site, connections };
}
