/**
 * Batches of messages → published versions, at most one a window: what comes meanwhile is taken along.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ObjectStore } from "../../core/store/object-store.ts";
import { WorkingCopies } from "../../publisher/database/working-copies.ts";
import { readPublished } from "../../publisher/publish/published.ts";
import type { RefusedEvent } from "../events/apply-messages.ts";
import type { Contracts } from "../events/contract.ts";
import { type EventMessage, encodeMessage, LARGEST_MESSAGE } from "../events/event-message.ts";
import { LIMITS } from "../events/limits.ts";
import { type BatchExport, type BatchResult, loadBatch } from "../events/load-batch.ts";

export interface QueuedMessage {
  /** The queue's. */
  id: string;
  body: string;
  /** Milliseconds since 1970. */
  sentAt: number;
}

/** What the loader does with the queue itself. */
export interface EventQueue {
  /** Some more messages, none when there are none for a while. They come again unless they are deleted. */
  receive(): Promise<QueuedMessage[]>;
  delete(ids: readonly string[]): Promise<void>;
  /** Keeps messages apart for whoever looks after them. */
  giveUp(bodies: readonly string[]): Promise<void>;
}

export interface LoaderSettings {
  store: ObjectStore;
  /** Name of the database of messages that say none. */
  database: string;
  /** For local copies of the databases. */
  folder: string;
  contracts: Contracts;
  /** Between two versions of the database. */
  windowMilliseconds: number;
  queue: EventQueue;
  lake?: BatchExport;
}

export interface LoadResult {
  loaded: number;
  repeated: number;
  discarded: number;
  refused: number;
  /** Ids of given messages that are none. */
  broken: string[];
  version: number;
  /** Milliseconds from when the oldest event was sent until all were online. */
  oldest: number;
}

/** Reserved for loading and publishing what was received. */
const PUBLISH_MS = 60_000;
/** Bytes of one batch. */
const LARGEST_BATCH = 48 * 1024 * 1024;
const QUIET_MS = 200;
/** That are told of one message. */
const REASONS = 3;
const LONGEST_REASON = 1000;
/** What a message has beside its events, and beside each of them: its place and separators. */
const HEAD_BYTES = 8192;
const PLACE_BYTES = 12;
/** Copies that are kept from batch to batch: of this month and the one before. */
const COPIES = 2;

export class EventLoader {
  readonly #settings: LoaderSettings;
  readonly #copies: WorkingCopies;

  constructor(settings: LoaderSettings) {
    this.#settings = settings;
    this.#copies = new WorkingCopies(settings.folder);
  }

  /**
   * Resolves when the events are online. `deadline` is when this must have ended, in milliseconds since
   * 1970. Throws what may pass: then none of them count as loaded.
   */
  async load(given: readonly QueuedMessage[], deadline: number): Promise<LoadResult> {
    const { store, database, contracts, queue, lake = null } = this.#settings;
    const received = await this.#receiveUntil(
      Math.min(await this.#nextVersion(), deadline - PUBLISH_MS),
      given,
    );
    const messages = [...given, ...received];
    const result = await loadBatch(
      { store, copies: this.#copies, database, rules: { contracts, limits: LIMITS }, lake },
      messages.map(({ body }) => body),
      new Date(),
    );
    await this.#copies.trim(COPIES);
    if (result.refused.length > 0) await queue.giveUp(refusedMessages(result.refused));
    const broken = new Set(result.broken.map(({ index }) => messages[index]?.id ?? ""));
    // Messages that are none come again until the queue itself puts them aside.
    await queue.delete(received.map(({ id }) => id).filter((id) => !broken.has(id)));
    return summary(result, given, messages);
  }

  /** When the next version may be published. */
  async #nextVersion(): Promise<number> {
    const { store, windowMilliseconds } = this.#settings;
    if (windowMilliseconds === 0) return 0;
    const published = await readPublished(store);
    const times = (published?.manifest.databases ?? [])
      .filter(({ origin }) => origin === "collect")
      .map(({ updatedAt }) => Date.parse(updatedAt));
    return times.length === 0 ? 0 : Math.max(...times) + windowMilliseconds;
  }

  async #receiveUntil(time: number, given: readonly QueuedMessage[]): Promise<QueuedMessage[]> {
    const received: QueuedMessage[] = [];
    let bytes = given.reduce((sum, { body }) => sum + body.length, 0);
    while (Date.now() < time && bytes < LARGEST_BATCH) {
      const more = await this.#settings.queue.receive();
      received.push(...more);
      bytes += more.reduce((sum, { body }) => sum + body.length, 0);
      const left = time - Date.now();
      if (more.length === 0 && left > 0) await sleep(Math.min(QUIET_MS, left));
    }
    return received;
  }
}

/** Messages for the events of one message: with their places, so that they keep their ids. */
function refusedMessages(refused: readonly RefusedEvent[]): string[] {
  const byMessage = Map.groupBy(refused, ({ message }) => message);
  return [...byMessage].flatMap(([message, all]) =>
    pieces(message, all).map((events) =>
      encodeMessage({
        ...message,
        reason: reasonsOf(events),
        positions: events.map(({ index }) => message.positions[index] ?? 0),
        events: events.map(({ index }) => message.events[index] ?? "null"),
      }),
    ),
  );
}

/** As few as the queue takes: places of some of the events need more room than those of all. */
function pieces({ events }: EventMessage, refused: readonly RefusedEvent[]): RefusedEvent[][] {
  const found: RefusedEvent[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const each of refused) {
    const length = Buffer.byteLength(events[each.index] ?? "") + PLACE_BYTES;
    if (bytes + length > LARGEST_MESSAGE - HEAD_BYTES) {
      found.push([]);
      bytes = 0;
    }
    found.at(-1)?.push(each);
    bytes += length;
  }
  return found;
}

/** One sentence each. */
function reasonsOf(events: readonly RefusedEvent[]): string {
  const reasons = [...new Set(events.map(({ reason }) => reason))];
  const more = reasons.length - REASONS;
  return [
    ...reasons.slice(0, REASONS).map((reason) => reason.slice(0, LONGEST_REASON)),
    ...(more > 0 ? [`and ${more} more reasons`] : []),
  ].join("; ");
}

function summary(
  { loaded, repeated, discarded, refused, broken, version }: BatchResult,
  given: readonly QueuedMessage[],
  messages: readonly QueuedMessage[],
): LoadResult {
  const times = messages.map(({ sentAt }) => sentAt).filter((time) => time > 0);
  return {
    loaded,
    repeated,
    discarded,
    refused: refused.length,
    broken: broken.flatMap(({ index }) => given[index]?.id ?? []),
    version,
    oldest: times.length === 0 ? 0 : Date.now() - Math.min(...times),
  };
}
