/**
 * What the app serves: one version of all databases with its configuration. The app asks its
 * SiteSource once per request and answers that request from the Site it was given, so a request
 * never mixes two versions. The app does not know whether Lambda, S3 or `dsl serve` is behind it.
 */

import type { Identity } from "../core/access/actor.ts";
import type { BlockFile } from "../core/btree/page-file.ts";
import type { SiteConfig } from "../core/config/site-config.ts";
import type { Inspection } from "../core/format/inspection.ts";
import type { Load } from "../core/format/loads.ts";
import type { Connection } from "../core/sqlite/connection.ts";
import type { HttpError } from "./errors.ts";
import type { VersionFacts } from "./history/version-facts.ts";
import type { Visitor } from "./visitor.ts";

export interface SiteSource {
  /**
   * The site to answer from. May look for a new version first, at most once per refresh time.
   * With `atLeast` (a version number) it looks now, though never more than once a second, when the
   * version it has is older.
   */
  current(atLeast?: number): Promise<Site>;
}

export interface Site {
  /** What its owner calls it on the command line; null for `dsl serve`. */
  name: string | null;
  /** null where there are no versions: `dsl serve`. */
  version: number | null;
  /** ISO 8601; null where there are no versions. */
  publishedAt: string | null;
  storage: "embed" | "s3" | "serve";
  config: SiteConfig;
  /** What those may see whom the site is opened for: its connections are held to it, and all that is kept of them. */
  visitor: Visitor;
  /** The same version for somebody who is signed in; absent where nobody can be. */
  seenBy?(identity: Identity): Promise<Site>;
  /** Whom everybody is taken for; absent: nobody. */
  servedTo?: Identity;
  /** In the order in which they are shown. */
  databases: readonly SiteDatabase[];
  /** The card of the site itself; absent: none. */
  card?: SiteCard | undefined;
  /** The last loads of files, newest first; absent where none are known. */
  loads?: readonly Load[];
  /** The versions before it; absent where there are none to be had (everywhere but storage `s3`). */
  history?: History;
  /** Present where `_at` asked for this version: the data is that of then, the configuration that of now. */
  past?: Past;
}

export interface History {
  /**
   * The site as it was at a version or a time.
   * @throws HttpError where there is no such version, or it is not shown
   */
  at(asked: string): Promise<Site>;
  /** The kept versions up to this number, the newest first, at most `most` of them. */
  list(upTo: number, most: number): Promise<VersionList>;
}

export interface VersionList {
  versions: readonly VersionFacts[];
  /** The newest kept version behind them; null when there is none. */
  next: VersionFacts | null;
}

/** What a site that is a version of the past knows of the present. */
export interface Past {
  /** The version that is current. */
  present: number;
  /** The databases of the current version. */
  databases: readonly string[];
  /** What to answer when the version cannot be read because it was removed; null when it is still there. */
  gone(): Promise<HttpError | null>;
}

export interface SiteDatabase {
  name: string;
  /** False for published databases and `dsl serve -i`: counts and hash stay valid. */
  isMutable: boolean;
  /** Bytes. */
  size: number;
  /** SHA-256 of the file, hex; null for mutable files and memory. */
  sha256: string | null;
  /** When its content was published first, and from what; absent where that is not known. */
  refreshed?: Refreshed;
  /** Present for published databases; null where the database has to be asked. */
  inspection: Inspection | null;
  /** Opens it read-only (fetching it first where it is not here yet); the same Connection each time. */
  connect(): Promise<Connection>;
  /** What `attach database` takes: a path or a URL; null for a memory database. */
  attachable(): Promise<string | null>;
  /** Cards that were drawn when it was published, by table (null: of the database); absent: none. */
  cards?: ReadonlyMap<string | null, SiteCard>;
  /** Its content block by block; absent where there are no versions to compare. */
  blocks?(): Promise<BlockFile>;
  /** What the file is called when it is downloaded. */
  fileName: string;
  /** The file's content, for downloads; null for a memory database. */
  bytes(): Promise<AsyncIterable<Uint8Array> | null>;
}

export interface SiteCard {
  /** Changes with what is on it. */
  id: string;
  /** A PNG; null where it cannot be found. */
  bytes(): Promise<Uint8Array | null>;
}

export interface Refreshed {
  /** ISO 8601, UTC. */
  at: string;
  /** The name of a file; null where that is not known. */
  source: string | null;
}

export const MEMORY_NAME = "_memory";
