/** What a list of versions says of one, and what differs between two of them, from their manifests alone. */
import { ConfigError } from "../../core/config/config-error.ts";
import { buildSiteConfig } from "../../core/config/site-config.ts";
import type { Manifest, Origin } from "../../core/format/manifest.ts";

/** Small, because an environment remembers those of some versions. */
export interface VersionFacts {
  version: number;
  /** ISO 8601, UTC. */
  publishedAt: string;
  /** Whether it may be shown later, as far as it says so itself. */
  isOpen: boolean;
  /** Whether it needed a password. */
  neededPassword: boolean;
  /** What it was published with, such as "update-stack"; null where that is not known. */
  what: string | null;
  databases: readonly DatabaseFacts[];
}

export interface DatabaseFacts {
  name: string;
  origin: Origin;
  sha256: string;
  /** The file that it came from; null where that is not known. */
  source: string | null;
  /** Its tables that are no parts of others, with their rows; null where they were not counted. */
  tables: ReadonlyMap<string, number | null>;
}

export interface DatabaseChange {
  database: string;
  change: "new" | "removed" | "changed";
  origin: Origin;
  source: string | null;
  tables: TableChange[];
}

/** A table that came or went, or whose number of rows is another. */
export interface TableChange {
  table: string;
  /** null: there is no such table in that version, or its rows were not counted. */
  before: number | null;
  after: number | null;
  change: "new" | "removed" | "changed";
}

export function versionFacts(manifest: Manifest): VersionFacts {
  const { version, publishedAt, publisher, databases } = manifest;
  return {
    version,
    publishedAt,
    isOpen: isOpen(manifest),
    neededPassword: manifest.flags.password === true,
    what: publisher?.what ?? null,
    databases: databases.map(({ name, origin, sha256, source, inspection }) => ({
      name,
      origin,
      sha256,
      source,
      tables: new Map(
        inspection.tables.filter(({ hidden }) => !hidden).map(({ name, count }) => [name, count]),
      ),
    })),
  };
}

/** What was behind a password does not become public because later data is. */
export function isFor(
  { neededPassword }: Pick<VersionFacts, "neededPassword">,
  present: Pick<Manifest, "flags">,
): boolean {
  return !neededPassword || present.flags.password === true;
}

/** Both the dsl that published a version and the version's own settings let it be shown later. */
export function isOpen(manifest: Manifest): boolean {
  if (manifest.timeTravel !== true) return false;
  try {
    return buildSiteConfig(manifest).settings.allow_time_travel;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

/** What `after` has that `before` did not have, among the databases that `isShown` admits. */
export function changesBetween(
  before: VersionFacts | null,
  after: VersionFacts,
  isShown: (database: string) => boolean,
): DatabaseChange[] {
  const old = new Map((before?.databases ?? []).map((each) => [each.name, each]));
  const names = new Set(after.databases.map(({ name }) => name));
  const came = after.databases.filter(({ name, sha256 }) => old.get(name)?.sha256 !== sha256);
  const went = [...old.values()].filter(({ name }) => !names.has(name));
  return [
    ...came.map((database) => change(old.get(database.name), database)),
    ...went.map((database) => change(database, undefined)),
  ].filter(({ database }) => isShown(database));
}

function change(
  before: DatabaseFacts | undefined,
  after: DatabaseFacts | undefined,
): DatabaseChange {
  const { name, origin, source } = (after ?? before)!;
  return {
    database: name,
    change: before === undefined ? "new" : after === undefined ? "removed" : "changed",
    origin,
    source,
    tables: tableChanges(before?.tables ?? new Map(), after?.tables ?? new Map()),
  };
}

function tableChanges(
  before: DatabaseFacts["tables"],
  after: DatabaseFacts["tables"],
): TableChange[] {
  return [...new Set([...after.keys(), ...before.keys()])].flatMap((table) => {
    const [had, has] = [before.has(table), after.has(table)];
    const rows = { before: before.get(table) ?? null, after: after.get(table) ?? null };
    if (had && has && rows.before === rows.after) return [];
    return [{ table, ...rows, change: !had ? "new" : !has ? "removed" : "changed" }];
  });
}
