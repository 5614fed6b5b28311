/**
 * A published database is changed where it is: fetched, brought to its new state, published as a part of
 * the site. When somebody else published another state of it meanwhile, all of that starts anew from there,
 * so nobody's rows are lost. For whoever adds to a database beside others: the inbox, the collector.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DslError } from "../../core/dsl-error.ts";
import type { ManifestDatabase } from "../../core/format/manifest.ts";
import type { ObjectStore } from "../../core/store/object-store.ts";
import { fetchPublished } from "../database/fetch-published.ts";
import { prepareDatabases } from "../database/prepare.ts";
import type { Published } from "../facts.ts";
import { requireName } from "./merge.ts";
import { type Part, publishPart } from "./publish-part.ts";
import { readPublished } from "./published.ts";
import type { NewLoad } from "./recent-loads.ts";

/** Each time somebody else has changed the same database meanwhile. */
const ATTEMPTS = 20;
const PAUSE_MS = 200;

export interface Change {
  name: string;
  origin: Part["origin"];
  /** Takes temporary files. */
  folder: string;
  /** The version of dsl that publishes. */
  software: string;
}

/** What a change starts from. */
export interface Current {
  published: Published | null;
  /** null: there is no database of this name yet. */
  entry: ManifestDatabase | null;
  /** Empty, for this attempt. */
  folder: string;
  /** Writes the published database to this path; nothing where there is none. */
  fetch(path: string): Promise<void>;
}

/** The new state. */
export interface Made {
  /** The database file. */
  path: string;
  /** What it came from, as readers are told. */
  source: string;
  loads: readonly NewLoad[];
  /** To be called when the content is known (SHA-256) and before anything is published. */
  beforePublish?(sha256: string): Promise<void>;
}

export interface Changed {
  /** The version that has it. */
  version: number;
  /** False when the database is what it was. */
  isNew: boolean;
  warnings: string[];
}

/**
 * `make` is called for each attempt; null from it means that there is nothing to do, and null comes back.
 * Throws what `make` throws, and a DslError for what cannot be published.
 */
export async function changeDatabase(
  store: ObjectStore,
  change: Change,
  make: (current: Current) => Promise<Made | null>,
): Promise<Changed | null> {
  for (let attempt = 1; ; attempt++) {
    const folder = await mkdtemp(join(change.folder, "try-"));
    try {
      return await tryToChange(store, change, folder, make);
    } catch (error) {
      const isOvertaken = error instanceof DslError && error.code === "database_changed";
      if (!isOvertaken || attempt === ATTEMPTS) throw error;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    await sleep(Math.random() * PAUSE_MS);
  }
}

async function tryToChange(
  store: ObjectStore,
  { name, origin, software }: Change,
  folder: string,
  make: (current: Current) => Promise<Made | null>,
): Promise<Changed | null> {
  const published = await readPublished(store);
  const found = published?.manifest.databases.find((database) => database.name === name);
  if (published !== null) requireName(published.manifest, origin, name);
  const entry = found ?? null;
  const fetch = async (path: string) => {
    if (published !== null && entry !== null) await fetchPublished(store, published, entry, path);
  };
  const made = await make({ published, entry, folder, fetch });
  if (made === null) return null;
  const { databases, warnings } = await prepareDatabases(
    [{ name, path: made.path, source: made.source }],
    {
      directory: folder,
      software,
      published: published?.manifest ?? null,
      keepFreeSpace: false,
      indexes: null,
    },
  );
  for (const { sha256 } of databases) await made.beforePublish?.(sha256);
  const bases = new Map([[name, found?.sha256 ?? null]]);
  const part: Part = { origin, databases, bases, loads: made.loads };
  const { version } = await publishPart(store, part, software);
  return { version, isNew: version !== published?.manifest.version, warnings };
}
