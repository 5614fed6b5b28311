/**
 * Whose databases a publish replaces, and whose it keeps: the rules of origins. Pure. Entries keep
 * their order, so that what one publisher does never moves what another one published.
 */
import { DslError } from "../../core/dsl-error.ts";
import { isReserved } from "../../core/format/collection.ts";
import type { Manifest, ManifestDatabase, Origin } from "../../core/format/manifest.ts";
import type { DatabaseFacts } from "../facts.ts";
import { manifestEntry } from "./manifest-build.ts";

/**
 * All databases of `origin` are these from now on: `databases` in their order, then what other origins
 * published. Throws a DslError when a name belongs to another origin.
 */
export function replaceOrigin(
  current: readonly ManifestDatabase[],
  origin: Origin,
  databases: readonly DatabaseFacts[],
  now: Date,
): ManifestDatabase[] {
  const kept = current.filter((entry) => entry.origin !== origin);
  return [...entriesOf(current, origin, databases, now), ...kept];
}

/**
 * These databases are replaced where they are, or added at the end; all others are kept. Throws a
 * DslError when a name belongs to another origin.
 */
export function replaceSome(
  current: readonly ManifestDatabase[],
  origin: Origin,
  databases: readonly DatabaseFacts[],
  now: Date,
): ManifestDatabase[] {
  const entries = entriesOf(current, origin, databases, now);
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const known = new Set(current.map(({ name }) => name));
  return [
    ...current.map((entry) => byName.get(entry.name) ?? entry),
    ...entries.filter(({ name }) => !known.has(name)),
  ];
}

/** From now on these are followed, where they were typed until now. */
export function followTyped(
  current: readonly ManifestDatabase[],
  names: ReadonlySet<string>,
): ManifestDatabase[] {
  return current.map((entry) =>
    entry.origin === "typed" && names.has(entry.name) ? { ...entry, origin: "follow" } : entry,
  );
}

/** Without these, whoever published them. Throws a DslError for a name that is not published. */
export function withoutDatabases(
  current: readonly ManifestDatabase[],
  names: readonly string[],
): ManifestDatabase[] {
  for (const name of names) {
    if (current.some((entry) => entry.name === name)) continue;
    const published = current.map((entry) => entry.name).join(", ") || "none";
    throw new DslError(
      "no_such_database",
      `There is no database ${name} on the site; it has: ${published}`,
      "name one of those",
    );
  }
  return current.filter(({ name }) => !names.includes(name));
}

function entriesOf(
  current: readonly ManifestDatabase[],
  origin: Origin,
  databases: readonly DatabaseFacts[],
  now: Date,
): ManifestDatabase[] {
  return databases.map((database) => {
    requireName({ databases: current }, origin, database.name);
    const before = current.find(({ name }) => name === database.name);
    return manifestEntry(database, origin, before, now);
  });
}

interface OfNames extends Pick<Manifest, "collection"> {
  databases: readonly Pick<ManifestDatabase, "name" | "origin">[];
}

/**
 * Throws a DslError when a publisher of this origin may not have a database of this name: somebody else
 * has one, or the site's events go there, whether or not there are any yet.
 */
export function requireName(
  { databases, collection }: OfNames,
  origin: Origin,
  name: string,
): void {
  if (origin !== "collect" && collection !== undefined && isReserved(collection, name)) {
    throw new DslError(
      "name_taken",
      `The name ${name} is kept for the site's events, so no database that ${FED[origin]} can have it`,
      "another name",
    );
  }
  const before = databases.find((database) => database.name === name);
  if (before !== undefined && before.origin !== origin) throw taken(before, origin);
}

const FED = {
  typed: "was published by dsl update-stack",
  inbox: "comes from the inbox",
  collect: "comes from the collector",
  follow: "comes from a followed database",
} satisfies Record<Origin, string>;

function taken({ name, origin }: OfNames["databases"][number], wanted: Origin): DslError {
  return new DslError(
    "name_taken",
    `The database ${name} ${FED[origin]}, so it cannot be replaced by one that ${FED[wanted]}`,
    `another name, or first dsl remove with the name of the site and ${name}`,
  );
}
