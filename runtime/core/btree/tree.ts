/** A B-tree in a file: searching it, and reading a range of it in order. */
import type { SqlValue } from "../sqlite/values.ts";
import { type Cell, Node, wholePayload } from "./node.ts";
import { DamagedDatabase, type PageFile } from "./page-file.ts";
import { readRecord } from "./record.ts";

/** What a tree is ordered by: the rowid, or the values of the key columns. */
export type Key = bigint | readonly SqlValue[];

export type Compare = (a: Key, b: Key) => number;

/** Both ends belong to it; null is no end. */
export interface KeyRange {
  from: Key | null;
  to: Key | null;
}

export interface Entry {
  key: Key;
  cell: Cell;
}

/** SQLite's own limit is 20. */
const DEEPEST = 24;

export class BTree {
  readonly file: PageFile;
  readonly root: number;
  /** Columns of the key; 0 for a table that is ordered by rowid. */
  readonly keyColumns: number;
  readonly compare: Compare;
  #depth: number | null = null;

  constructor(file: PageFile, root: number, keyColumns: number, compare: Compare) {
    this.file = file;
    this.root = root;
    this.keyColumns = keyColumns;
    this.compare = compare;
  }

  async node(number: number): Promise<Node> {
    return new Node(this.file, number, await this.file.page(number));
  }

  async keyOf(cell: Cell): Promise<Key> {
    if (this.keyColumns === 0) return cell.rowid!;
    const bytes = await wholePayload(this.file, cell.payload!);
    return readRecord(bytes, this.file.encoding, this.keyColumns);
  }

  /** Whether `page` is what a search for `key` comes by. Reads no leaf. */
  async isOnPath(key: Key, page: number): Promise<boolean> {
    return (await this.pathTo(key)).some(({ number }) => number === page);
  }

  /** The pages from the root to the leaf, with the keys between which each of them is. */
  async pathTo(key: Key): Promise<{ number: number; from: Key | null; to: Key | null }[]> {
    const path = [{ number: this.root, from: null as Key | null, to: null as Key | null }];
    for (let level = 1; level < (await this.depth()); level++) {
      const { number, from, to } = path.at(-1)!;
      const node = await this.node(number);
      const at = await this.firstNotBefore(node, key);
      const left = at === 0 ? from : await this.keyOf(node.cell(at - 1));
      const right = at === node.cells ? to : await this.keyOf(node.cell(at));
      path.push({ number: node.child(at), from: left, to: right });
    }
    return path;
  }

  /** The first cell whose key is not less than `key`; the number of cells when there is none. */
  async firstNotBefore(node: Node, key: Key): Promise<number> {
    let low = 0;
    let high = node.cells;
    while (low < high) {
      const middle = (low + high) >> 1;
      const there = await this.keyOf(node.cell(middle));
      if (this.compare(there, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Levels, leaves included. */
  async depth(): Promise<number> {
    if (this.#depth !== null) return this.#depth;
    let depth = 1;
    for (let node = await this.node(this.root); !node.isLeaf; depth++) {
      if (depth > DEEPEST) throw new DamagedDatabase("a tree has too many levels");
      node = await this.node(node.child(0));
    }
    this.#depth = depth;
    return depth;
  }

  /** In order. */
  async *entries({ from, to }: KeyRange): AsyncGenerator<Entry> {
    yield* this.#below(this.root, from, to, 1);
  }

  async *#below(
    number: number,
    from: Key | null,
    to: Key | null,
    level: number,
  ): AsyncGenerator<Entry> {
    if (level > DEEPEST) throw new DamagedDatabase("a tree has too many levels");
    const node = await this.node(number);
    const first = from === null ? 0 : await this.firstNotBefore(node, from);
    for (let at = first; at <= node.cells; at++) {
      if (!node.isLeaf) yield* this.#below(node.child(at), from, to, level + 1);
      if (at === node.cells) return;
      const cell = node.cell(at);
      const key = await this.keyOf(cell);
      const order = to === null ? -1 : this.compare(key, to);
      // What is left of a key of a table's interior page may be equal to it, what is right of it is beyond.
      if (order > 0 || (order === 0 && node.kind === "table-interior")) return;
      if (node.kind !== "table-interior") yield { key, cell };
    }
  }
}
