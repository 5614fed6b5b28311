import type { BlockFile } from "../../core/btree/page-file.ts";
import { buildSiteConfig } from "../../core/config/site-config.ts";
import { cardKey, type Manifest, type ManifestDatabase } from "../../core/format/manifest.ts";
import { Connection } from "../../core/sqlite/connection.ts";
import type { BlockReads } from "../../core/sqlite/paged-files.ts";
import type { Site, SiteCard, SiteDatabase } from "../site.ts";
import { Visitor } from "../visitor.ts";
import { Connections } from "./connections.ts";
import { memoryDatabase } from "./memory-database.ts";
import { configOfEvents, inAttachOrder, viewsOverMonths } from "./months.ts";

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

/** Where the parts of a published version are. */
export interface Places {
  locate(database: ManifestDatabase): Promise<Located>;
  /** Its content block by block, for comparing versions; absent where there are none to compare. */
  blocks?(database: ManifestDatabase): Promise<BlockFile>;
  /** A small file by its key in the bucket; null where there is none. */
  read(key: string): Promise<Uint8Array | null>;
}

/**
 * A published version as a Site. Its databases are opened when first asked for, where `places` say:
 * inside the function's package, or on demand from the bucket.
 */
export function publishedSite(
  name: string | null,
  manifest: Manifest,
  storage: "embed" | "s3",
  { locate, read, blocks }: Places,
  reads: BlockReads | null = null,
): PublishedSite {
  const config = configOfEvents(buildSiteConfig(manifest), manifest.databases);
  const visitor = new Visitor(config);
  const options = { immutable: true, cacheSizeKb: config.settings.cache_size_kb, reads };
  const connections = new Connections();
  const siteCard = (id: string): SiteCard => ({ id, bytes: () => read(cardKey(id)) });
  const databases = manifest.databases.map((database): SiteDatabase => {
    const { name, size, sha256, inspection, updatedAt, source, cards = [] } = database;
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
      ...(blocks === undefined ? {} : { blocks: () => blocks(database) }),
      fileName: `${name}.db`,
      bytes: async () => (await locate(database)).bytes(),
      cards: new Map(cards.map(({ table, id }) => [table, siteCard(id)])),
    };
  });
  if (manifest.flags.crossdb) {
    const attached = inAttachOrder(databases, manifest.databases);
    const viewsOver = (names: ReadonlySet<string>) =>
      viewsOverMonths(manifest.databases, names, visitor);
    databases.unshift(memoryDatabase(attached, connections, visitor, { reads }, viewsOver));
  }
  const { version, publishedAt, loads } = manifest;
  const card = manifest.card === undefined ? undefined : siteCard(manifest.card);
  const site: Site = { name, version, publishedAt, storage, config, databases, card, loads };
  return { manifest, site, connections };
}
