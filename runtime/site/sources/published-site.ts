import { buildSiteConfig } from "../../core/config/site-config.ts";
import type { Manifest, ManifestDatabase } from "../../core/format/manifest.ts";
import { Connection } from "../../core/sqlite/connection.ts";
import type { BlockReads } from "../../core/sqlite/paged-files.ts";
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

/** A published database on this machine. */
export interface Located {
  /** What SQLite opens: a path or a URL. */
  url: string;
  bytes(): AsyncIterable<Uint8Array>;
}

/**
 * A published version as a Site. Its databases are opened when first asked for, where `locate` says:
 * inside the function's package, or on demand from the bucket.
 */
export function publishedSite(
  name: string | null,
  manifest: Manifest,
  storage: "embed" | "s3",
  locate: (database: ManifestDatabase) => Promise<Located>,
  reads: BlockReads | null = null,
): PublishedSite {
  const config = buildSiteConfig(manifest);
  const visitor = new Visitor(config);
  const options = { immutable: true, cacheSizeKb: config.settings.cache_size_kb, reads };
  const connections = new Connections();
  const databases = manifest.databases.map((database): SiteDatabase => {
    const { name, size, sha256, inspection, updatedAt, source } = database;
    const open = async () =>
      new Connection((await locate(database)).url, {
        ...options,
        rules: visitor.tableRules(name),
      });
    return {
      name,
      isMutable: false,
      size,
      sha256,
      inspection,
      refreshed: { at: updatedAt, source },
      connect: () => connections.get(name, open),
      attachable: async () => (await locate(database)).url,
      fileName: `${name}.db`,
      bytes: async () => (await locate(database)).bytes(),
    };
  });
  if (manifest.flags.crossdb) {
    databases.unshift(memoryDatabase(databases, connections, visitor, { reads }));
  }
  const { version, publishedAt, loads } = manifest;
  const site: Site = { name, version, publishedAt, storage, config, databases, loads };
  return { manifest, site, connections };
}
