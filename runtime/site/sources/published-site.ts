import type { Identity } from "../../core/access/actor.ts";
import type { BlockFile } from "../../core/btree/page-file.ts";
import { buildSiteConfig, type SiteConfig } from "../../core/config/site-config.ts";
import { cardKey, type Manifest, type ManifestDatabase } from "../../core/format/manifest.ts";
import { Connection } from "../../core/sqlite/connection.ts";
import type { BlockReads } from "../../core/sqlite/paged-files.ts";
import type { InFlight } from "../in-flight.ts";
import type { History, Site, SiteCard, SiteDatabase } from "../site.ts";
import { Visitor } from "../visitor.ts";
import type { Audiences } from "./audiences.ts";
import { Connections } from "./connections.ts";
import { memoryDatabase } from "./memory-database.ts";
import { configOfEvents, inAttachOrder, viewsOverMonths } from "./months.ts";

/** One published version for one audience, with what is open of it. */
export interface PublishedSite {
  manifest: Manifest;
  audience: Audience;
  site: Site;
  connections: Connections;
  /** Closes what is open, for other audiences, too. No request may be using any of it any more. */
  close(): void;
}

export interface Publication {
  /** What the site is called; null where that is not known. */
  name: string | null;
  manifest: Manifest;
  storage: "embed" | "s3";
  places: Places;
  inFlight: InFlight;
  /** Where databases are read on demand. */
  reads?: BlockReads;
}

/** Readers who may see the same. */
export interface Audience {
  key: string;
  /** What they may see of a site with this configuration. */
  visitor(config: SiteConfig): Visitor;
}

/** Those who are not signed in. */
export const STRANGERS: Audience = { key: "", visitor: (config) => new Visitor(config) };

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
  /** The versions before it, as its audience sees them; absent where there are none to be had. */
  history?(version: PublishedSite): History;
}

/**
 * A published version as a Site, for one audience. Its databases are opened when first asked for, where `places`
 * say: inside the function's package, or on demand from the bucket.
 */
export function publishedSite(publication: Publication, audience = STRANGERS): PublishedSite {
  const { name, manifest, storage, places, inFlight, reads = null } = publication;
  const { locate, read, blocks } = places;
  const config = configOfEvents(buildSiteConfig(manifest), manifest.databases);
  const visitor = audience.visitor(config);
  // Cards were drawn for strangers: they tell numbers of what others may not see.
  const hasCards = audience === STRANGERS;
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
      cards: new Map(hasCards ? cards.map(({ table, id }) => [table, siteCard(id)]) : []),
    };
  });
  if (manifest.flags.crossdb) {
    const attached = inAttachOrder(databases, manifest.databases);
    const viewsOver = (names: ReadonlySet<string>) =>
      viewsOverMonths(manifest.databases, names, visitor);
    databases.unshift(memoryDatabase(attached, connections, visitor, { reads }, viewsOver));
  }
  const { version, publishedAt, loads } = manifest;
  const card = hasCards && manifest.card !== undefined ? siteCard(manifest.card) : undefined;
  const open = (other: Audience) => publishedSite(publication, other);
  let audiences: Promise<Audiences> | null = null;
  const seenBy = async (identity: Identity): Promise<Site> => {
    audiences ??= import("./audiences.ts").then(
      (access) => new access.Audiences(config, open, inFlight),
    );
    return (await audiences).of(identity)?.site ?? site;
  };
  const site: Site = {
    ...{ name, version, publishedAt, storage, config, visitor, databases, card, loads },
    seenBy,
  };
  const close = () => {
    connections.close();
    audiences?.then((opened) => opened.close()).catch(() => {});
  };
  const published = { manifest, audience, site, connections, close };
  if (places.history !== undefined) site.history = places.history(published);
  return published;
}
