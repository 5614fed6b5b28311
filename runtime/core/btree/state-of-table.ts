import type { SqlValue } from "../sqlite/values.ts";
import { type Cell, wholePayload } from "./node.ts";
import type { PageFile } from "./page-file.ts";
import { readRecord } from "./record.ts";
import type { StoredTable } from "./schema-table.ts";
import type { TableShape } from "./table-shape.ts";
import { BTree, type Key } from "./tree.ts";

export interface TableState {
  file: PageFile;
  table: StoredTable;
}

/** One table of one state of the database. */
export class StateOfTable {
  readonly shape: TableShape;
  readonly tree: BTree;
  readonly names: readonly string[];
  readonly #file: PageFile;

  constructor({ file, table }: TableState, shape: TableShape) {
    this.shape = shape;
    this.tree = new BTree(file, table.root, shape.keyColumns, shape.compare);
    this.names = shape.columns.map(({ name }) => name);
    this.#file = file;
  }

  /** In the same order. */
  hasColumnsOf({ names }: StateOfTable): boolean {
    return names.length === this.names.length && names.every((name, at) => name === this.names[at]);
  }

  payload(cell: Cell): Promise<Uint8Array> {
    return wholePayload(this.#file, cell.payload!);
  }

  row(bytes: Uint8Array, rowid: bigint | null): SqlValue[] {
    const record = readRecord(bytes, this.#file.encoding);
    return this.shape.columns.map(({ at, isRowid, isReal, missing }) => {
      if (isRowid) return rowid;
      const value = at < record.length ? record[at]! : missing;
      return isReal && typeof value === "bigint" ? Number(value) : value;
    });
  }

  keyOf(row: readonly SqlValue[], key: Key): SqlValue[] {
    const { primaryKey } = this.shape;
    if (primaryKey.length === 0) return [key as bigint];
    return primaryKey.map((name) => row[this.names.indexOf(name)] ?? null);
  }
}
