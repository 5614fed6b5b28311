/** A site in memory that takes events, with a lake: what tests do with it. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryStore } from "../../../../runtime/core/store/memory-store.ts";
import { parseContracts } from "../../../../runtime/load/events/contract.ts";
import {
  type EventMessage,
  encodeMessage,
  newRequestId,
} from "../../../../runtime/load/events/event-message.ts";
import { LIMITS } from "../../../../runtime/load/events/limits.ts";
import { loadBatch } from "../../../../runtime/load/events/load-batch.ts";
import { Lake } from "../../../../runtime/load/lake/lake.ts";
import type { LakeSchema } from "../../../../runtime/load/lake/lake-schema.ts";
import { readParquet } from "../../../../runtime/load/lake/parquet.ts";
import { WorkingCopy } from "../../../../runtime/publisher/database/working-copy.ts";
import { planPublish } from "../../../../runtime/publisher/publish/plan-publish.ts";
import { publish } from "../../../../runtime/publisher/publish/publish.ts";

const SITE = {
  config: {},
  metadata: {},
  settings: {},
  flags: { cors: false, crossdb: false, defaultDeny: false },
};

export function message(events: unknown[], given: Partial<EventMessage> = {}): string {
  return encodeMessage({
    id: newRequestId(new Date()),
    at: new Date().toISOString(),
    table: "orders",
    write: "append",
    key: null,
    positions: events.map((_, i) => i),
    events: events.map((event) => JSON.stringify(event)),
    ...given,
  });
}

export class LakeSite {
  readonly store = new MemoryStore("bucket");
  /** What the catalog was told last. */
  schema: LakeSchema | null = null;
  catalogIsAway = false;
  readonly #folder = mkdtempSync(join(tmpdir(), "dsl-test-"));
  #loaders = 0;

  static async make(): Promise<LakeSite> {
    const site = new LakeSite();
    await publish(site.store, planPublish(SITE, [], "1", null, new Date()), [], null);
    return site;
  }

  /** A loader as it is after a cold start. */
  loader(database = "events") {
    const copy = new WorkingCopy(join(this.#folder, `copy-${++this.#loaders}.db`));
    const show = async (schema: LakeSchema) => {
      if (this.catalogIsAway) throw new Error("Glue is away");
      this.schema = schema;
    };
    const lake = new Lake(this.store, { show });
    return (bodies: string[], now = new Date()) =>
      loadBatch(
        {
          store: this.store,
          copy,
          database,
          rules: { contracts: parseContracts([]), limits: LIMITS },
          lake,
        },
        bodies,
        now,
      );
  }

  async files(table: string): Promise<string[]> {
    return (await this.store.list(`lake/${table}/`)).map(({ key }) => key);
  }

  /** Values of these columns of all files of a table. */
  async rows(table: string, ...columns: string[]): Promise<unknown[][]> {
    const found: unknown[][] = [];
    for (const key of await this.files(table)) {
      const stored = await this.store.get(key);
      found.push(...(await readParquet(stored?.body ?? Buffer.alloc(0), columns)));
    }
    return found;
  }
}
