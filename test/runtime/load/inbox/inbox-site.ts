/** A published site in memory whose inbox is handled by the test: what the inbox tests have in common. */
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { MemoryStore } from "../../../../runtime/core/store/memory-store.ts";
import type { ObjectStore } from "../../../../runtime/core/store/object-store.ts";
import { type ObjectEvent, plainEtag } from "../../../../runtime/load/inbox/object-event.ts";
import { prepareDatabases } from "../../../../runtime/publisher/database/prepare.ts";
import type { SiteContent } from "../../../../runtime/publisher/facts.ts";
import { planPublish } from "../../../../runtime/publisher/publish/plan-publish.ts";
import { publish } from "../../../../runtime/publisher/publish/publish.ts";
import { readBack } from "../../publisher/site.ts";

let events = 0;

export class InboxSite {
  readonly folder = mkdtempSync(join(tmpdir(), "dsl-test-"));

  /** A bucket in which the database `shop` was published by `update-stack`. */
  async publish(more: Pick<SiteContent, "loadRules" | "collection"> = {}): Promise<MemoryStore> {
    const store = new MemoryStore("bucket");
    const path = join(this.folder, `typed-${++events}.db`);
    execute(path, "CREATE TABLE item (a); INSERT INTO item VALUES ('typed')");
    const preparation = {
      directory: this.folder,
      software: "1",
      published: null,
      keepFreeSpace: false,
      indexes: null,
    };
    const { databases } = await prepareDatabases([{ name: "shop", path }], preparation);
    const flags = { cors: false, crossdb: false, defaultDeny: false };
    const site = { config: {}, metadata: {}, settings: {}, flags, ...more };
    await publish(store, planPublish(site, databases, "1", null, new Date()), databases, null);
    return store;
  }

  /** Of a published database. */
  async rows(store: ObjectStore, name: string, table: string): Promise<unknown[]> {
    const { files } = await readBack(store);
    const path = join(this.folder, `read-${++events}.db`);
    await writeFile(path, files.get(name)!);
    const database = new Database(path, { readonly: true });
    try {
      return database.prepare(`SELECT * FROM "${table}"`).raw().all();
    } finally {
      database.close();
    }
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function execute(path: string, sql: string): void {
  const database = new Database(path);
  database.exec(sql);
  database.close();
}

/** Puts a file and gives the event of it. */
export async function drop(
  store: ObjectStore,
  key: string,
  body: string | Buffer,
): Promise<ObjectEvent> {
  const etag = plainEtag(await store.put(key, Buffer.from(body as string), "text/csv"));
  const sequencer = (++events).toString(16).padStart(16, "0");
  return { bucket: "bucket", key, etag, sequencer };
}
