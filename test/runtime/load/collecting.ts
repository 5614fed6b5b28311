/** What tests of events share: an empty site, messages as the collector makes them, what readers get. */
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect } from "vitest";
import type { Collection } from "../../../runtime/core/format/collection.ts";
import { MemoryStore } from "../../../runtime/core/store/memory-store.ts";
import type { QueuedMessage } from "../../../runtime/load/collector/event-loader.ts";
import {
  type EventMessage,
  encodeMessage,
  newRequestId,
} from "../../../runtime/load/events/event-message.ts";
import { WorkingCopies } from "../../../runtime/publisher/database/working-copies.ts";
import { planPublish } from "../../../runtime/publisher/publish/plan-publish.ts";
import { publish } from "../../../runtime/publisher/publish/publish.ts";
import { readBack } from "../publisher/site.ts";

/** A folder of its own for files of a test; removed by `remove`. */
export class Collecting {
  readonly folder = mkdtempSync(join(tmpdir(), "dsl-test-"));
  #files = 0;

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  newPath(): string {
    return join(this.folder, `file-${++this.#files}`);
  }

  /** What an environment of the loader keeps. */
  newCopies(): WorkingCopies {
    return new WorkingCopies(this.newPath());
  }

  /** What everybody gets now; the database must be whole. */
  async query(store: MemoryStore, sql: string, name = "events"): Promise<unknown[][]> {
    const { files } = await readBack(store);
    const path = this.newPath();
    await writeFile(path, files.get(name) as Buffer);
    const database = new Database(path, { readonly: true });
    try {
      expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
      return database.prepare(sql).raw().all() as unknown[][];
    } finally {
      database.close();
    }
  }
}

/** A bucket with a site that has no databases. */
export async function emptySite(collection?: Collection): Promise<MemoryStore> {
  const flags = { cors: false, crossdb: false, defaultDeny: false };
  const site = { config: {}, metadata: {}, settings: {}, flags, collection };
  const store = new MemoryStore("bucket");
  await publish(store, planPublish(site, [], "1", null, new Date()), [], null);
  return store;
}

/** For the table `orders`, unless `given` says otherwise. */
export function message(events: unknown[], given: Partial<EventMessage> = {}): string {
  return encodeMessage({
    id: newRequestId(new Date()),
    at: new Date().toISOString(),
    database: "events",
    table: "orders",
    write: "append",
    key: null,
    positions: events.map((_, i) => i),
    events: events.map((event) => JSON.stringify(event)),
    ...given,
  });
}

let made = 0;

/** A message as the queue hands it out. */
export function queued(body: string): QueuedMessage {
  return { id: `m${++made}`, body, sentAt: Date.now() };
}
