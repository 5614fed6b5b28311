/** What tests of the normaliser share. */
import { type Contracts, parseContracts } from "../../../../runtime/load/events/contract.ts";
import { EventSchema } from "../../../../runtime/load/events/event-schema.ts";
import type { JsonValue } from "../../../../runtime/load/events/exact-json.ts";
import { type EventLimits, LIMITS } from "../../../../runtime/load/events/limits.ts";
import { type EventRow, normaliseEvent } from "../../../../runtime/load/events/normalise.ts";

export class Normalising {
  readonly schema = new EventSchema();
  readonly #contracts: Contracts;
  readonly #limits: EventLimits;
  #events = 0;

  constructor({
    contracts = [] as string[],
    ...limits
  }: Partial<EventLimits> & { contracts?: string[] } = {}) {
    this.#contracts = parseContracts(contracts);
    this.#limits = { ...LIMITS, ...limits };
  }

  rows(event: JsonValue, table = "t"): EventRow[] {
    const place = { table, id: `id${this.#events++}`, loadId: "load" };
    return normaliseEvent(event, place, this.schema, {
      contracts: this.#contracts,
      limits: this.#limits,
    });
  }

  /** Values of the event's own row, without those of the normaliser. */
  values(event: JsonValue, table = "t"): Record<string, unknown> {
    return plain(this.rows(event, table)[0]);
  }

  type(column: string, table = "t"): string | undefined {
    return this.schema.columns(table)?.get(column);
  }
}

export function plain(row: EventRow | undefined): Record<string, unknown> {
  return Object.fromEntries([...(row?.values ?? [])].filter(([name]) => !name.startsWith("_dlt")));
}
