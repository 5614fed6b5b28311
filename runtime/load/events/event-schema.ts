/**
 * Which tables and columns there are, and of which types. It grows while events come; what an event that
 * is refused after all has added can be taken back.
 */
import type { DataType } from "./data-type.ts";

/** A new table (`column` is null), or a new column. */
export interface SchemaChange {
  table: string;
  column: { name: string; type: DataType } | null;
}

export type Columns = ReadonlyMap<string, DataType>;

export class EventSchema {
  readonly #tables = new Map<string, Map<string, DataType>>();
  readonly #changes: SchemaChange[] = [];
  /** So many of them have been taken. */
  #taken = 0;

  constructor(tables: Iterable<readonly [string, Columns]> = []) {
    for (const [name, columns] of tables) this.#tables.set(name, new Map(columns));
  }

  /** Undefined when there is no such table. */
  columns(table: string): Columns | undefined {
    return this.#tables.get(table);
  }

  get tableCount(): number {
    return this.#tables.size;
  }

  addTable(table: string): void {
    this.#tables.set(table, new Map());
    this.#changes.push({ table, column: null });
  }

  addColumn(table: string, name: string, type: DataType): void {
    this.#tables.get(table)?.set(name, type);
    this.#changes.push({ table, column: { name, type } });
  }

  /** Where the changes stand, for `takeBack`. */
  get mark(): number {
    return this.#changes.length;
  }

  /** Undoes what was added since `mark`, whether it was taken or not; returns it. */
  takeBack(mark: number): SchemaChange[] {
    const undone = this.#changes.splice(mark);
    for (const { table, column } of undone.toReversed()) {
      if (column === null) this.#tables.delete(table);
      else this.#tables.get(table)?.delete(column.name);
    }
    this.#taken = Math.min(this.#taken, mark);
    return undone;
  }

  /** What was added since this was asked last, in order. */
  takeChanges(): SchemaChange[] {
    const changes = this.#changes.slice(this.#taken);
    this.#taken = this.#changes.length;
    return changes;
  }
}
