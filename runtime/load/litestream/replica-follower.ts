/**
 * A published database that follows a Litestream replica, in a function: each call brings the site to what the
 * replica is then, however the call came about. Nothing is remembered that the next call needs: how far the
 * published version is says the manifest, in the same step as the data.
 */
import { readSync, rmSync } from "node:fs";
import { DslError } from "../../core/dsl-error.ts";
import { type Follows, followsOf } from "../../core/format/follows.ts";
import type { ManifestDatabase } from "../../core/format/manifest.ts";
import type { ObjectStore } from "../../core/store/object-store.ts";
import { fetchPublished } from "../../publisher/database/fetch-published.ts";
import { checkIntegrity } from "../../publisher/database/integrity.ts";
import { Mirror, type Size } from "../../publisher/database/mirror.ts";
import { MirrorFacts } from "../../publisher/database/mirror-facts.ts";
import { HEADER_SIZE, parseSqliteHeader } from "../../publisher/database/sqlite-header.ts";
import type { DatabaseFacts, Published } from "../../publisher/facts.ts";
import { followTyped, replaceSome } from "../../publisher/publish/merge.ts";
import { planVersion } from "../../publisher/publish/plan-publish.ts";
import { publish } from "../../publisher/publish/publish.ts";
import { readPublished } from "../../publisher/publish/published.ts";
import { LoadError } from "../model/load-error.ts";
import { type Position, planFollow } from "./follow-plan.ts";
import type { Replica } from "./replica.ts";
import { ReplicaReader } from "./replica-reader.ts";

/** Each time somebody else has published meanwhile. */
const ATTEMPTS = 50;

export type Outcome =
  | { what: "up to date"; txid: bigint }
  /** Somebody took the database off the site, and it stays so. */
  | { what: "not on the site" }
  | { what: "published"; version: number; txid: bigint; blocks: number; bytes: number };

export class ReplicaFollower {
  readonly #store: ObjectStore;
  readonly #replica: Replica;
  readonly #name: string;
  readonly #software: string;
  readonly #say: (sentence: string) => void;
  readonly #mirror: Mirror;
  readonly #facts: MirrorFacts;
  /** null: the private copy was not begun yet. */
  #reader: ReplicaReader | null = null;
  /** What this process has published last. */
  #own: string | null = null;

  /**
   * `name` is that of the database on the site of `store`; `path` is where its private copy goes; `say` is told why
   * the whole had to be read.
   */
  constructor(
    store: ObjectStore,
    { name, replica, path }: { name: string; replica: Replica; path: string },
    software: string,
    say: (sentence: string) => void,
  ) {
    this.#store = store;
    this.#replica = replica;
    this.#name = name;
    this.#software = software;
    this.#say = say;
    this.#mirror = new Mirror(path, replica.name);
    this.#facts = new MirrorFacts(this.#mirror, name, replica.name);
  }

  /**
   * Publishes the newest state of the replica that can be had. Throws a LoadError where that is not the newest
   * (a gap, a damaged file), after what can be had was published; also errors of the stores and the file system.
   */
  async follow(): Promise<Outcome> {
    for (let attempt = 1; ; attempt++) {
      const published = await readPublished(this.#store);
      const entry = published?.manifest.databases.find(({ name }) => name === this.#name);
      if (published === null || entry === undefined) return { what: "not on the site" };
      try {
        return await this.#followFrom(published, entry);
      } catch (error) {
        const isConflict = error instanceof DslError && error.code === "publish_conflict";
        if (!isConflict || attempt === ATTEMPTS) throw error;
      }
    }
  }

  async #followFrom(published: Published, entry: ManifestDatabase): Promise<Outcome> {
    const follows = followsOf(entry);
    const current = follows?.replica === this.#replica.name ? follows : null;
    if (this.#reader === null && current !== null) {
      const next = planFollow(positionOf(current), await this.#replica.files(), current.replica);
      if (next.what === "nothing") return { what: "up to date", txid: BigInt(current.txid) };
      if (next.what === "apply") await this.#begin(published, entry, current);
      else this.#say(`${current.replica} is read anew from its newest snapshot: ${next.why}`);
    }
    const { txid, failure } = await this.#catchUp();
    const isNews = current === null || (await this.#isBehind(current, txid));
    const outcome: Outcome = isNews
      ? await this.#publish(published, this.#newest())
      : { what: "up to date", txid };
    if (failure !== null) throw failure;
    return outcome;
  }

  /** A new process: the private copy is made of what is published. */
  async #begin(published: Published, entry: ManifestDatabase, follows: Follows): Promise<void> {
    const { path } = this.#mirror;
    rmSync(path, { force: true });
    await onDisk(entry.name, () => fetchPublished(this.#store, published, entry, path));
    const sizeOf = (file: number): Size => {
      const start = Buffer.alloc(HEADER_SIZE);
      readSync(file, start, 0, HEADER_SIZE, 0);
      const { pageSize = 1 } = parseSqliteHeader(start) ?? {};
      return { pageSize, pageCount: entry.size / pageSize };
    };
    await this.#mirror.rebuild(async (file) => {
      const size = sizeOf(file);
      this.#reader = this.#readFrom({ position: positionOf(follows), size });
      return size;
    });
  }

  #readFrom(from: { position: Position; size: Size } | null): ReplicaReader {
    return new ReplicaReader(() => this.#replica, from, this.#say);
  }

  /** Brings the private copy to the newest state that can be had; `failure` is why there is a newer one. */
  async #catchUp(): Promise<{ txid: bigint; failure: unknown }> {
    this.#reader ??= this.#readFrom(null);
    const reader = this.#reader;
    let failure: unknown = null;
    try {
      do {
        await reader.poll().catch((error) => {
          failure = error;
        });
        await this.#apply(reader);
      } while (failure === null && reader.isFull);
    } catch (error) {
      // What the copy is now is not known.
      reader.forget();
      throw error;
    }
    return { txid: reader.position!.txid, failure };
  }

  async #apply(reader: ReplicaReader): Promise<void> {
    const isLost = reader.mustRestore;
    if (!isLost && (!reader.hasNews || this.#mirror.apply(reader.take()))) return;
    await onDisk(this.#name, () => this.#mirror.rebuild((file) => reader.bringTo(file)));
    if (!isLost) return;
    // It may be another database now.
    this.#own = null;
    checkIntegrity(this.#mirror.path, this.#replica.name);
  }

  /** Whether the private copy is what the published version does not have yet. */
  async #isBehind(current: Follows, txid: bigint): Promise<boolean> {
    if (JSON.stringify(current) === this.#own && BigInt(current.txid) === txid) return false;
    if (txid > BigInt(current.txid)) return true;
    // Fewer transactions are newer only where the replica was begun anew.
    const files = await this.#replica.files();
    return planFollow(positionOf(current), files, current.replica).what === "restore";
  }

  #newest(): DatabaseFacts & { follows: Follows } {
    const { position, timestamp } = this.#reader!;
    const follows: Follows = {
      replica: this.#replica.name,
      txid: Number(position!.txid),
      at: new Date(timestamp ?? 0).toISOString(),
      landmarks: Object.fromEntries(position!.known),
    };
    return { ...this.#facts.now(), follows };
  }

  async #publish(
    published: Published,
    facts: DatabaseFacts & { follows: Follows },
  ): Promise<Outcome> {
    const now = new Date();
    const { manifest } = published;
    const current = followTyped(manifest.databases, new Set([this.#name]));
    const entries = replaceSome(current, "follow", [facts], now);
    const publisher = { who: null, what: "follow" };
    const { version, blocksUploaded, bytesUploaded } = await publish(
      this.#store,
      planVersion(entries, [facts], manifest, this.#software, published, now, [], publisher),
      [facts],
      published,
      () => {},
      unlisted,
    );
    this.#own = JSON.stringify(facts.follows);
    const txid = BigInt(facts.follows.txid);
    return { what: "published", version, txid, blocks: blocksUploaded, bytes: bytesUploaded };
  }
}

/** All blocks of a bucket would be listed for a few that are new. */
const unlisted = async () => new Map<string, Date>();

function positionOf({ txid, landmarks }: Follows): Position {
  return { txid: BigInt(txid), known: new Map(Object.entries(landmarks)) };
}

async function onDisk<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    throw new LoadError(
      "too_large_to_follow",
      `${name} does not fit onto the function's disk of 10 GB any more`,
      "--no-follow-in-lambda, and dsl watch from a machine that has room",
      { cause: error },
    );
  }
}
