/**
 * Versions of followed databases, one after the other. What the last one was is kept in memory, so that a version
 * costs no more requests than what has changed.
 */
import { DslError } from "../../runtime/core/dsl-error.ts";
import { type BlockIndex, parseBlockIndex } from "../../runtime/core/format/block-index.ts";
import type { Manifest, ManifestDatabase, Publisher } from "../../runtime/core/format/manifest.ts";
import type { Retention } from "../../runtime/core/format/retention.ts";
import type { ObjectStore } from "../../runtime/core/store/object-store.ts";
import type { DatabaseFacts, Published } from "../../runtime/publisher/facts.ts";
import { encodeIndex } from "../../runtime/publisher/publish/manifest-build.ts";
import { followTyped, replaceSome } from "../../runtime/publisher/publish/merge.ts";
import { planVersion } from "../../runtime/publisher/publish/plan-publish.ts";
import {
  type PublishResult,
  publish,
  type StoredBlocks,
} from "../../runtime/publisher/publish/publish.ts";
import type { PublishAction } from "../../runtime/publisher/publish/publish-action.ts";
import { readPublished } from "../../runtime/publisher/publish/published.ts";
import type { UploadProgress } from "../../runtime/publisher/publish/upload-blocks.ts";

/** The codes of errors after which following must end: going on would undo what somebody else did. */
export const OTHERS = [
  "followed_elsewhere",
  "removed_elsewhere",
  // Of replicas (src/replicas/claim.ts).
  "not_a_replica",
  "another_replica",
  "place_in_use",
];

export class FollowedPublisher {
  readonly #software: string;
  readonly #publisher: Publisher;
  readonly #keep: Retention | null;
  readonly #now: () => Date;
  readonly #read: (store: ObjectStore) => Promise<Published | null>;
  /** The current version, as far as this process knows; null: it must be read. */
  #published: Published | null = null;
  /** Whether the blocks in the bucket are worth being listed: after a start they may be there already. */
  #listed = true;
  /** What this process published last, or found when it first came to publish, by name; null: nothing. */
  readonly #own = new Map<string, string | null>();
  /** What it tried to publish last, which may be current although the answer got lost. */
  readonly #tried = new Map<string, string>();

  /**
   * `keep`: which versions are kept from now on; null: as the site has it. `now` is when a version is published,
   * `read` finds out what is current.
   */
  constructor(
    software: string,
    publisher: Publisher,
    keep: Retention | null,
    now: () => Date = () => new Date(),
    read: (store: ObjectStore) => Promise<Published | null> = readPublished,
  ) {
    this.#software = software;
    this.#publisher = publisher;
    this.#keep = keep;
    this.#now = now;
    this.#read = read;
  }

  /**
   * Finds out what is current, unless that is known. To be called before the databases are read that are published
   * then: what they replace is so never newer than they are. Throws a DslError where nothing is published.
   */
  async findCurrent(store: ObjectStore): Promise<void> {
    this.#listed = this.#published === null;
    this.#published ??= await this.#read(store);
    if (this.#published === null) throw nothingPublished(store);
  }

  /**
   * Makes these databases a part of a new version, beside all others. Those that `dsl update-stack` published
   * are followed from now on. Throws a DslError: `publish_conflict` when somebody else has published anything since
   * `findCurrent`, one of OTHERS when they have published or removed one of these since this did, or first tried to, `name_taken` for
   * one that the inbox or the collector feeds.
   */
  async publish(
    store: ObjectStore,
    databases: DatabaseFacts[],
    onProgress: (progress: UploadProgress) => void = () => {},
  ): Promise<PublishResult> {
    const published = this.#published;
    if (published === null) throw new Error("what is current was not looked up");
    // What it is after a failure is not known.
    this.#published = null;
    const action = this.#plan(published, databases);
    for (const { name, sha256 } of databases) this.#tried.set(name, sha256);
    const stored = this.#listed ? undefined : unlisted;
    const result = await publish(store, action, databases, published, onProgress, stored);
    this.#remember(published, action, result, databases);
    return result;
  }

  #plan(published: Published, databases: DatabaseFacts[]): PublishAction {
    const { manifest } = published;
    for (const { name, sha256 } of databases) {
      const found = manifest.databases.find((database) => database.name === name);
      const current = found?.sha256 ?? null;
      const isFirst = !this.#own.has(name);
      if (isFirst) this.#own.set(name, current);
      const isOwn = current === this.#own.get(name) || current === this.#tried.get(name);
      // A function that follows the replica, too, may publish the very same.
      const isTaken = !isFirst && found?.follows !== undefined;
      if (!isTaken && (isOwn || current === sha256)) continue;
      throw found === undefined ? removedElsewhere(name) : followedElsewhere(manifest, found);
    }
    const now = this.#now();
    const followed = new Set(databases.map(({ name }) => name));
    const current = followTyped(manifest.databases, followed);
    const entries = replaceSome(current, "follow", databases, now);
    return planVersion(
      entries,
      databases,
      { ...manifest, keep: this.#keep ?? manifest.keep },
      this.#software,
      published,
      now,
      [],
      this.#publisher,
    );
  }

  #remember(
    before: Published,
    { action, manifest, bytes }: PublishAction,
    { etag }: PublishResult,
    databases: readonly DatabaseFacts[],
  ): void {
    for (const { name, sha256 } of databases) this.#own.set(name, sha256);
    if (action === "none") {
      this.#published = before;
      return;
    }
    const used = new Set(manifest.databases.map(({ index }) => index));
    const indexes = new Map<string, BlockIndex>();
    for (const [name, index] of before.indexes) if (used.has(name)) indexes.set(name, index);
    for (const database of databases) {
      const { name, bytes: encoded } = encodeIndex(database);
      indexes.set(name, parseBlockIndex(encoded));
    }
    const isWhole = before.lostBlocks.size === 0 && etag !== null;
    this.#published = isWhole ? { manifest, bytes, etag, indexes, lostBlocks: new Set() } : null;
  }
}

/** A bucket that is published to every second has too many blocks to list them for each version. */
const unlisted: StoredBlocks = async () => new Map();

function followedElsewhere(manifest: Manifest, { name }: ManifestDatabase): DslError {
  const { version, publisher, publishedAt } = manifest;
  const who = publisher?.who == null ? "" : ` by ${publisher.who}`;
  return new DslError(
    "followed_elsewhere",
    `Somebody else published another ${name} (version ${version} of ${publishedAt}: ${publisher?.what ?? "unknown"}${who}), so this run no longer follows it`,
    "end the other dsl watch or dsl replicate if there is one; then run this again: what is published then is what this database has",
    { exitCode: 3 },
  );
}

function removedElsewhere(name: string): DslError {
  return new DslError(
    "removed_elsewhere",
    `${name} was taken off the site by somebody else, so this run no longer follows it`,
    "run this again if it shall be published after all",
    { exitCode: 3 },
  );
}

function nothingPublished({ name }: ObjectStore): DslError {
  return new DslError(
    "nothing_published",
    `Nothing is published in ${name}`,
    "dsl update-stack first",
  );
}
