/**
 * Publishing a part of a site while others publish theirs: read what is current, replace some
 * databases in it, keep the others, write it if nobody was faster, otherwise start again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { DslError } from "../../core/dsl-error.ts";
import type { Manifest, ManifestDatabase, Origin, Publisher } from "../../core/format/manifest.ts";
import type { ObjectStore } from "../../core/store/object-store.ts";
import type { DatabaseFacts, Published } from "../facts.ts";
import { replaceSome, requireName, withoutDatabases } from "./merge.ts";
import { planVersion } from "./plan-publish.ts";
import { type PublishResult, publish } from "./publish.ts";
import type { PublishAction } from "./publish-action.ts";
import { readPublished } from "./published.ts";
import type { NewLoad } from "./recent-loads.ts";
import type { UploadProgress } from "./upload-blocks.ts";

/** Each time somebody else has published, so all of many publishers get their turn. */
const ATTEMPTS = 50;
const PAUSE_MS = 100;

/** Databases of one origin, as they shall be from now on. */
export interface Part {
  origin: Exclude<Origin, "typed">;
  databases: DatabaseFacts[];
  /**
   * What they were made from, by name: the SHA-256 of the published database, null where there was none;
   * also of databases that were only looked at. When another is published by then, nothing is, and the error
   * is `database_changed`.
   */
  bases?: ReadonlyMap<string, string | null>;
  /** What made them: written down with the new version, if there is one. */
  loads?: readonly NewLoad[];
}

/**
 * Publishes these databases and keeps all others and the site's configuration. `software` is the
 * version of dsl that publishes. Throws a DslError when nothing was published yet or a name belongs to
 * another origin.
 */
export function publishPart(
  store: ObjectStore,
  { origin, databases, bases, loads }: Part,
  software: string,
  onProgress: (progress: UploadProgress) => void = () => {},
): Promise<PublishResult> {
  const merge = (manifest: Manifest, now: Date) => {
    const current = manifest.databases;
    for (const { name } of databases) requireName(manifest, origin, name);
    const merged = replaceSome(current, origin, databases, now);
    for (const [name, base] of bases ?? []) {
      const found = current.find((entry) => entry.name === name);
      if ((found?.sha256 ?? null) !== base) throw databaseChanged(name);
    }
    return merged;
  };
  return publishMerged(
    store,
    databases,
    null,
    mergeInto(store, merge, databases, software, { who: null, what: origin }, loads),
    onProgress,
  );
}

/**
 * Takes databases off the site, whoever published them. Throws a DslError for a name that is not
 * published.
 */
export function removeDatabases(
  store: ObjectStore,
  names: readonly string[],
  software: string,
  publisher: Publisher | null = null,
): Promise<PublishResult> {
  const merge = (manifest: Manifest) => withoutDatabases(manifest.databases, names);
  return publishMerged(store, [], null, mergeInto(store, merge, [], software, publisher));
}

/**
 * Publishes what `plan` makes of the current version, and plans anew when somebody else published
 * meanwhile. `first` is the current version as it was read already; null: it is read here. What `plan`
 * throws ends it.
 */
export async function publishMerged(
  store: ObjectStore,
  databases: DatabaseFacts[],
  first: { action: PublishAction; published: Published | null } | null,
  plan: (published: Published | null) => PublishAction,
  onProgress: (progress: UploadProgress) => void = () => {},
): Promise<PublishResult> {
  let planned = first;
  for (let attempt = 1; ; attempt++) {
    if (planned === null) {
      const published = await readPublished(store);
      planned = { action: plan(published), published };
    }
    try {
      return await publish(store, planned.action, databases, planned.published, onProgress);
    } catch (error) {
      const isConflict = error instanceof DslError && error.code === "publish_conflict";
      if (!isConflict || attempt === ATTEMPTS) throw error;
      planned = null;
      await sleep(Math.random() * PAUSE_MS);
    }
  }
}

function databaseChanged(name: string): DslError {
  return new DslError(
    "database_changed",
    `Somebody else published another ${name} meanwhile; nothing was changed by this run`,
    "run this again: it goes on from what is published now",
  );
}

function mergeInto(
  store: ObjectStore,
  merge: (manifest: Manifest, now: Date) => ManifestDatabase[],
  databases: DatabaseFacts[],
  software: string,
  publisher: Publisher | null,
  loads: readonly NewLoad[] = [],
): (published: Published | null) => PublishAction {
  return (published) => {
    if (published === null) {
      throw new DslError(
        "nothing_published",
        `Nothing is published in ${store.name} yet`,
        "dsl update-stack first",
      );
    }
    const now = new Date();
    const { manifest } = published;
    const entries = merge(manifest, now);
    return planVersion(entries, databases, manifest, software, published, now, loads, publisher);
  };
}
