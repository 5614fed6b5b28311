/**
 * What is stored in the bucket, and under which keys. Written by `runtime/publisher/`, read by the runtime.
 *
 *     manifest.json                 the current version (a Manifest)
 *     manifests/0000000007.json     the same bytes, kept as history
 *     indexes/<sha256>.bin          a BlockIndex; named by the SHA-256 of its own bytes
 *     blocks/<ab>/<sha256>.zst      one block, zstd; named by the SHA-256 of its raw bytes
 *     cards/<sha256>.png            a card; named by the SHA-256 of what it was drawn from
 */

import {
  asArray,
  asBoolean,
  asCount,
  asNull,
  asObject,
  asSha256,
  asString,
  InvalidData,
  parseJson,
} from "./check.ts";
import { asCollection, type Collection } from "./collection.ts";
import type { Inspection, TableInspection, ViewInspection } from "./inspection.ts";
import { asLoad, type Load } from "./loads.ts";
import { asRetention, type Retention } from "./retention.ts";

export const MANIFEST_KEY = "manifest.json";
export const MANIFEST_FORMAT = 1;
/** Raw bytes of a block; the last block of a file is shorter. */
export const BLOCK_SIZE = 1024 * 1024;

export interface Manifest {
  format: typeof MANIFEST_FORMAT;
  /** 1 for the first version of a stack, then one more each time. */
  version: number;
  /** ISO 8601, UTC. */
  publishedAt: string;
  /** Version of dsl that published it. */
  software: string;
  /** Who published it; null in manifests from before this was noted. Not a part of the content. */
  publisher: Publisher | null;
  /** In the order in which they are shown. */
  databases: ManifestDatabase[];
  /** Datasette configuration (`-c`) and metadata (`-m`) as the user wrote them, parsed. */
  config: Record<string, unknown>;
  metadata: Record<string, unknown>;
  /** Settings given with `--setting`; they win over those in `config`. */
  settings: Record<string, string>;
  /** `--cors`, `--crossdb`, `--default-deny`, `--password`. */
  flags: Flags;
  /** How files of the inbox are loaded, as the user wrote it (runtime/load/model/file-rules.ts); absent: as they are. */
  loadRules?: Record<string, unknown>[];
  /** Where events go; absent: the site takes none. Nobody else publishes databases of its names. */
  collection?: Collection;
  /**
   * Published by a dsl whose sites show older versions, unless settings say otherwise; absent: before there
   * was such a thing. Nobody who published then agreed to it, so such a version is never shown later.
   */
  timeTravel?: true;
  /** Which versions are kept; absent: the newest ten. */
  keep?: Retention;
  /** The last loads, newest first, whatever became of them; absent: none. */
  loads?: Load[];
  /**
   * The name of the database of which this is a replica (`dsl replicate`): then nothing else is published here.
   * Absent: it is a site. A replica's version 0 has no database; it says whose place this is from now on.
   */
  replica?: string;
  /** The id of the card of the site itself, which says nothing of the data; absent: none. */
  card?: string;
}

export interface Flags {
  cors: boolean;
  crossdb: boolean;
  defaultDeny: boolean;
  /** Only those may see the site who know its password; absent: everybody may. */
  password?: true;
}

export interface Publisher {
  /** The ARN of an AWS identity; null where that could not be found out. */
  who: string | null;
  /** What it was done with: "update-stack", "rollback to version 3", "inbox". */
  what: string;
}

/**
 * Who publishes a database: `typed` (named on a command line), `inbox` (a file dropped into the
 * bucket), `collect` (the collector of events), `follow` (a live database that is followed). A
 * publisher replaces only what has its own origin.
 */
export const ORIGINS = ["typed", "inbox", "collect", "follow"] as const;
export type Origin = (typeof ORIGINS)[number];

export interface ManifestDatabase {
  name: string;
  origin: Origin;
  /** When this content was published first; ISO 8601, UTC. */
  updatedAt: string;
  /** The name of the file that it came from, without its folder; null where that is not known. */
  source: string | null;
  /** Bytes of the database file. */
  size: number;
  /**
   * What identifies the content, hex: the SHA-256 of the whole database file; where the publisher writes
   * only parts of it (`collect`, `follow`), that of the hashes of its blocks.
   */
  sha256: string;
  /**
   * Name of the BlockIndex, whose key is `indexKey(index)`: the SHA-256 of its bytes, hex, and `.bin`;
   * without that for those in JSON, which dsl 0.1 wrote.
   */
  index: string;
  inspection: Inspection;
  /**
   * What its pages are shown with where their links are shared; absent: none. Cards tell row counts, so
   * whoever publishes other content and draws none leaves them out.
   */
  cards?: Card[];
  /** Of a replica that a function follows: up to where (follows.ts); absent: none does. */
  follows?: Record<string, unknown>;
}

/** A picture of a database, or of one of its tables, that was drawn when it was published. */
export interface Card {
  /** null: of the database. */
  table: string | null;
  /** The SHA-256 of what it was drawn from, hex. */
  id: string;
}

export function historyKey(version: number): string {
  return `manifests/${String(version).padStart(10, "0")}.json`;
}

/** `index` as in ManifestDatabase. */
export function indexKey(index: string): string {
  return `indexes/${index.includes(".") ? index : `${index}.json`}`;
}

export function blockKey(sha256: string): string {
  return `blocks/${sha256.slice(0, 2)}/${sha256}.zst`;
}

/** The ids of all cards that a version names. */
export function cardIds({ card, databases }: Manifest): string[] {
  const ids = databases.flatMap(({ cards = [] }) => cards).map(({ id }) => id);
  return card === undefined ? ids : [card, ...ids];
}

/** Also the path of a card in the package of a function with embedded storage. */
export function cardKey(id: string): string {
  return `cards/${id}.png`;
}

/** Reads `manifest.json`. Throws InvalidData when it is not a Manifest that this version knows. */
export function parseManifest(text: string): Manifest {
  const manifest = asObject(parseJson(text, "the manifest"), "the manifest");
  if (manifest.format !== MANIFEST_FORMAT) {
    const format = JSON.stringify(manifest.format);
    throw new InvalidData(
      Number(manifest.format) > MANIFEST_FORMAT
        ? `the manifest has format ${format}: it was published by a newer dsl than this one`
        : `the manifest has format ${format}, which dsl does not know`,
    );
  }
  const flags = asObject(manifest.flags, "flags");
  const settings = asObject(manifest.settings, "settings");
  const publishedAt = asString(manifest.publishedAt, "publishedAt");
  return {
    format: MANIFEST_FORMAT,
    version: asCount(manifest.version, "version"),
    publishedAt,
    software: asString(manifest.software, "software"),
    publisher: asNull(manifest.publisher ?? null, "publisher", asPublisher),
    databases: asArray(manifest.databases, "databases", (value, where) =>
      asManifestDatabase(value, where, publishedAt),
    ),
    config: asObject(manifest.config, "config"),
    metadata: asObject(manifest.metadata, "metadata"),
    settings: Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [name, asString(value, `settings.${name}`)]),
    ),
    flags: {
      cors: asBoolean(flags.cors, "flags.cors"),
      crossdb: asBoolean(flags.crossdb, "flags.crossdb"),
      defaultDeny: asBoolean(flags.defaultDeny, "flags.defaultDeny"),
      ...(asBoolean(flags.password ?? false, "flags.password") && { password: true as const }),
    },
    ...(manifest.loadRules === undefined
      ? {}
      : { loadRules: asArray(manifest.loadRules, "loadRules", asObject) }),
    ...(manifest.collection === undefined
      ? {}
      : { collection: asCollection(manifest.collection, "collection") }),
    ...(manifest.timeTravel === true ? { timeTravel: true } : {}),
    ...(manifest.loads === undefined ? {} : { loads: asArray(manifest.loads, "loads", asLoad) }),
    ...(manifest.keep === undefined ? {} : { keep: asRetention(manifest.keep, "keep") }),
    ...(manifest.replica === undefined ? {} : { replica: asString(manifest.replica, "replica") }),
    ...(manifest.card === undefined ? {} : { card: asSha256(manifest.card, "card") }),
  };
}

function asPublisher(value: unknown, where: string): Publisher {
  const { who, what } = asObject(value, where);
  return {
    who: asNull(who, `${where}.who`, asString),
    what: asString(what, `${where}.what`),
  };
}

/** Manifests from before there were origins hold what was typed, as of their own time. */
function asManifestDatabase(value: unknown, where: string, publishedAt: string): ManifestDatabase {
  const {
    origin = "typed",
    updatedAt = publishedAt,
    source = null,
    ...database
  } = asObject(value, where);
  return {
    name: asString(database.name, `${where}.name`),
    origin: asOrigin(origin, `${where}.origin`),
    updatedAt: asString(updatedAt, `${where}.updatedAt`),
    source: asNull(source, `${where}.source`, asString),
    size: asCount(database.size, `${where}.size`),
    sha256: asSha256(database.sha256, `${where}.sha256`),
    index: asIndexName(database.index, `${where}.index`),
    inspection: asInspection(database.inspection, `${where}.inspection`),
    ...(database.cards === undefined
      ? {}
      : { cards: asArray(database.cards, `${where}.cards`, asCard) }),
    ...(database.follows === undefined
      ? {}
      : { follows: asObject(database.follows, `${where}.follows`) }),
  };
}

function asCard(value: unknown, where: string): Card {
  const { table, id } = asObject(value, where);
  return {
    table: asNull(table, `${where}.table`, asString),
    id: asSha256(id, `${where}.id`),
  };
}

function asOrigin(value: unknown, where: string): Origin {
  const origin = ORIGINS.find((each) => each === value);
  if (origin !== undefined) return origin;
  throw new InvalidData(`${where} is ${JSON.stringify(value)}, which this dsl does not know`);
}

function asIndexName(value: unknown, where: string): string {
  const name = asString(value, where);
  asSha256(name.replace(/\.bin$/, ""), where);
  return name;
}

function asInspection(value: unknown, where: string): Inspection {
  const inspection = asObject(value, where);
  return {
    tables: asArray(inspection.tables, `${where}.tables`, asTable),
    views: asArray(inspection.views, `${where}.views`, asView),
    // Manifests from before there were summaries have none.
    summaries: asNull(inspection.summaries ?? null, `${where}.summaries`, asString),
  };
}

function asTable(value: unknown, where: string): TableInspection {
  const table = asObject(value, where);
  return {
    name: asString(table.name, `${where}.name`),
    count: asNull(table.count, `${where}.count`, asCount),
    columns: asArray(table.columns, `${where}.columns`, asString),
    primaryKeys: asArray(table.primaryKeys, `${where}.primaryKeys`, asString),
    hidden: asBoolean(table.hidden, `${where}.hidden`),
    ftsTable: asNull(table.ftsTable, `${where}.ftsTable`, asString),
    foreignKeys: asArray(table.foreignKeys, `${where}.foreignKeys`, (item, at) => {
      const key = asObject(item, at);
      return {
        column: asString(key.column, `${at}.column`),
        otherTable: asString(key.otherTable, `${at}.otherTable`),
        otherColumn: asString(key.otherColumn, `${at}.otherColumn`),
      };
    }),
  };
}

function asView(value: unknown, where: string): ViewInspection {
  const view = asObject(value, where);
  return {
    name: asString(view.name, `${where}.name`),
    columns: asArray(view.columns, `${where}.columns`, asString),
  };
}
