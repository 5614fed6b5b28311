/**
 * Batches of messages → published versions, at most one a window: what comes meanwhile is taken along.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ObjectStore } from "../../core/store/object-store.ts";
import { WorkingCopy } from "../../publisher/database/working-copy.ts";
import { readPublished } from "../../publisher/publish/published.ts";
import type { RefusedEvent } from "../events/apply-messages.ts";
import type { Contracts } from "../events/contract.ts";
import { encodeMessage } from "../events/event-message.ts";
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
  /** Name of the database. */
  database: string;
  /** Of the local copy. */
  path: string;
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

export class EventLoader {
  readonly #settings: LoaderSettings;
  readonly #copy: WorkingCopy;

  constructor(settings: LoaderSettings) {
    this.#settings = settings;
    this.#copy = new WorkingCopy(settings.path);
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
      { store, copy: this.#copy, database, rules: { contracts, limits: LIMITS }, lake },
      messages.map(({ body }) => body),
      new Date(),
    );
    if (result.refused.length > 0) await queue.giveUp(refusedMessages(result.refused));
    const broken = new Set(result.broken.map(({ index }) => messages[index]?.id ?? ""));
    // Messages that are none come again until the queue itself puts them aside.
    await queue.delete(received.map(({ id }) => id).filter((id) => !broken.has(id)));
    return summary(result, given, messages);
  }

  /** When the next version may be published. */
  async #nextVersion(): Promise<number> {
    const { store, database, windowMilliseconds } = this.#settings;
    if (windowMilliseconds === 0) return 0;
    const published = await readPublished(store);
    const current = published?.manifest.databases.find(({ name }) => name === database);
    return current === undefined ? 0 : Date.parse(current.updatedAt) + windowMilliseconds;
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

/** One message for the events of one message: with their places, so that they keep their ids. */
function refusedMessages(refused: readonly RefusedEvent[]): string[] {
  const byMessage = Map.groupBy(refused, ({ message }) => message);
  return [...byMessage].map(([message, events]) => {
    return encodeMessage({
      ...message,
      reason: events[0]?.reason ?? "",
      positions: events.map(({ index }) => message.positions[index] ?? 0),
      events: events.map(({ index }) => message.events[index] ?? "null"),
    });
  });
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
