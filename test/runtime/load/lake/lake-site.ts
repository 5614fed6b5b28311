/** A site in memory that takes events, with a lake: what tests do with it. */
import type { MemoryStore } from "../../../../runtime/core/store/memory-store.ts";
import { parseContracts } from "../../../../runtime/load/events/contract.ts";
import type { EventMessage } from "../../../../runtime/load/events/event-message.ts";
import { LIMITS } from "../../../../runtime/load/events/limits.ts";
import { loadBatch } from "../../../../runtime/load/events/load-batch.ts";
import { Lake } from "../../../../runtime/load/lake/lake.ts";
import type { LakeSchema } from "../../../../runtime/load/lake/lake-schema.ts";
import { readParquet } from "../../../../runtime/load/lake/parquet.ts";
import { Collecting, emptySite, message as messageFor } from "../collecting.ts";

/** For the loader's own database. */
export function message(events: unknown[], given: Partial<EventMessage> = {}): string {
  return messageFor(events, { database: null, ...given });
}

export class LakeSite {
  readonly store: MemoryStore;
  /** What the catalog was told last. */
  schema: LakeSchema | null = null;
  catalogIsAway = false;
  readonly #collecting = new Collecting();

  constructor(store: MemoryStore) {
    this.store = store;
  }

  static async make(): Promise<LakeSite> {
    return new LakeSite(await emptySite());
  }

  /** A loader as it is after a cold start. */
  loader(database = "events") {
    const copies = this.#collecting.newCopies();
    const show = async (schema: LakeSchema) => {
      if (this.catalogIsAway) throw new Error("Glue is away");
      this.schema = schema;
    };
    const lake = new Lake(this.store, { show });
    return (bodies: string[], now = new Date()) =>
      loadBatch(
        {
          store: this.store,
          copies,
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
