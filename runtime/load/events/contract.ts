/**
 * What happens to data that the tables are not made for, as in dlt's schema contracts
 * (https://dlthub.com/docs/general-usage/schema-contracts). Pure.
 */
import { DslError } from "../../core/dsl-error.ts";
import { normalisePath } from "./names.ts";

/**
 * `evolve`: the tables grow. `freeze`: the event is refused. `discard_row`: the row is left out, and what is
 * in lists below it. `discard_value`: the value is left out.
 */
export const MODES = ["evolve", "freeze", "discard_row", "discard_value"] as const;
export type Mode = (typeof MODES)[number];

/** What is new: a table, a column, or a value of another type in a column that is there. */
export const ENTITIES = ["tables", "columns", "data_type"] as const;
export type Entity = (typeof ENTITIES)[number];

export type Contract = Readonly<Record<Entity, Mode>>;

/** The contract of each table that has one of its own; `*` is that of all others. */
export type Contracts = ReadonlyMap<string, Contract>;

const EVOLVE: Contract = { tables: "evolve", columns: "evolve", data_type: "evolve" };
export const ALL = "*";

/** Tables of lists follow the table that they came from. */
export function contractOf(contracts: Contracts, rootTable: string): Contract {
  return contracts.get(rootTable) ?? contracts.get(ALL) ?? EVOLVE;
}

/**
 * Reads `[TABLE[.ENTITY]=]MODE` texts, later ones over earlier ones: "orders=freeze",
 * "orders.columns=discard_value", "freeze" for all tables. Throws a DslError.
 */
export function parseContracts(texts: readonly string[]): Contracts {
  const contracts = new Map<string, Contract>();
  for (const text of texts) {
    const [, table = ALL, entity, mode] = /^(?:([^=]+?)(?:\.(\w+))?=)?(\w+)$/.exec(text) ?? [];
    const isMode = MODES.includes(mode as Mode);
    if (!isMode || (entity !== undefined && !ENTITIES.includes(entity as Entity))) {
      throw new DslError(
        "bad_contract",
        `"${text}" is not a contract`,
        `TABLE=MODE or TABLE.ENTITY=MODE; modes are ${MODES.join(", ")}, entities ${ENTITIES.join(", ")}`,
        { exitCode: 2 },
      );
    }
    const name = table === ALL ? ALL : normalisePath(table);
    const before = contractOf(contracts, name);
    const entities = entity === undefined ? ENTITIES : [entity];
    const changed = Object.fromEntries(entities.map((each) => [each, mode as Mode]));
    contracts.set(name, { ...before, ...changed });
  }
  return contracts;
}
