/** One page of a B-tree. https://www.sqlite.org/fileformat2.html#b_tree_pages */
import { DamagedDatabase, type PageFile, viewOf } from "./page-file.ts";
import { readSize, readVarint } from "./record.ts";

export type NodeKind = "table-leaf" | "table-interior" | "index-leaf" | "index-interior";

const KINDS: Record<number, NodeKind> = {
  2: "index-interior",
  5: "table-interior",
  10: "index-leaf",
  13: "table-leaf",
};

export interface Cell {
  /** The page to the left of it; null on leaves. */
  child: number | null;
  /** Of tables; null for indexes. */
  rowid: bigint | null;
  /** null where a cell has none: interior pages of tables. */
  payload: Payload | null;
}

/** Where a record is. */
export interface Payload {
  size: number;
  local: Uint8Array;
  /** The first of the pages with the rest; 0 for none. */
  overflow: number;
}

/** What a page begins with; null for what is no page of a B-tree. */
export function kindOf(page: Uint8Array, number: number): NodeKind | null {
  return KINDS[page[number === 1 ? 100 : 0]!] ?? null;
}

export class Node {
  readonly number: number;
  readonly kind: NodeKind;
  readonly cells: number;
  /** The page to the right of the last cell; null on leaves. */
  readonly right: number | null;
  readonly #bytes: Uint8Array;
  readonly #usable: number;
  readonly #pointers: number;

  /** @throws DamagedDatabase for another page */
  constructor(file: PageFile, number: number, bytes: Uint8Array) {
    const start = number === 1 ? 100 : 0;
    const kind = kindOf(bytes, number);
    if (kind === null) throw new DamagedDatabase(`page ${number} is none of a B-tree`);
    const view = viewOf(bytes);
    this.number = number;
    this.kind = kind;
    this.#bytes = bytes;
    this.#usable = file.usable;
    this.cells = view.getUint16(start + 3);
    this.right = this.isLeaf ? null : view.getUint32(start + 8);
    this.#pointers = start + (this.isLeaf ? 8 : 12);
    if (this.#pointers + this.cells * 2 > file.usable) {
      throw new DamagedDatabase(`page ${number} has more cells than room`);
    }
  }

  get isLeaf(): boolean {
    return this.kind === "table-leaf" || this.kind === "index-leaf";
  }

  /** The child left of cell `at`, or with `at` behind the last one the rightmost. */
  child(at: number): number {
    return at < this.cells ? viewOf(this.#bytes).getUint32(this.#start(at)) : this.right!;
  }

  cell(at: number): Cell {
    let place = this.#start(at);
    const child = this.isLeaf ? null : viewOf(this.#bytes).getUint32(place);
    if (child !== null) place += 4;
    if (this.kind === "table-interior") {
      return { child, rowid: readVarint(this.#bytes, place)[0], payload: null };
    }
    const [size, behindSize] = readSize(this.#bytes, place);
    if (this.kind !== "table-leaf") {
      return { child, rowid: null, payload: this.#payload(size, behindSize) };
    }
    const [rowid, behind] = readVarint(this.#bytes, behindSize);
    return { child, rowid, payload: this.#payload(size, behind) };
  }

  #start(at: number): number {
    const start = viewOf(this.#bytes).getUint16(this.#pointers + at * 2);
    if (start < this.#pointers || start + 4 > this.#usable) {
      throw new DamagedDatabase(`a cell of page ${this.number} is outside of it`);
    }
    return start;
  }

  #payload(size: number, at: number): Payload {
    const usable = this.#usable;
    const most = this.kind === "table-leaf" ? usable - 35 : share(usable, 64);
    const length = size <= most ? size : spilled(usable, size, most);
    const end = at + length;
    if (end + (length < size ? 4 : 0) > usable) {
      throw new DamagedDatabase(`a record of page ${this.number} is outside of it`);
    }
    const overflow = length < size ? viewOf(this.#bytes).getUint32(end) : 0;
    return { size, local: this.#bytes.subarray(at, end), overflow };
  }
}

function share(usable: number, of255: number): number {
  return Math.floor(((usable - 12) * of255) / 255) - 23;
}

/** How much of a payload that does not fit is on the page itself. */
function spilled(usable: number, size: number, most: number): number {
  const least = share(usable, 32);
  const even = least + ((size - least) % (usable - 4));
  return even <= most ? even : least;
}

/** The pages that hold the rest of a record, in order. */
export async function* overflowPages(
  file: PageFile,
  { size, local, overflow }: Payload,
): AsyncGenerator<{ number: number; content: Uint8Array }> {
  let rest = size - local.length;
  for (let number = overflow; rest > 0; ) {
    const page = await file.page(number);
    const content = page.subarray(4, 4 + Math.min(rest, file.usable - 4));
    yield { number, content };
    rest -= content.length;
    number = viewOf(page).getUint32(0);
  }
}

/** Whether two records have the same bytes; neither is held as a whole. */
export async function isSamePayload(
  file: PageFile,
  payload: Payload,
  otherFile: PageFile,
  other: Payload,
): Promise<boolean> {
  if (payload.size !== other.size || Buffer.compare(payload.local, other.local) !== 0) return false;
  const pages = overflowPages(otherFile, other);
  for await (const { content } of overflowPages(file, payload)) {
    const { value } = await pages.next();
    if (value === undefined || Buffer.compare(content, value.content) !== 0) return false;
  }
  return true;
}

/** All bytes of a record. */
export async function wholePayload(file: PageFile, payload: Payload): Promise<Uint8Array> {
  if (payload.overflow === 0) return payload.local;
  const parts = [payload.local];
  for await (const { content } of overflowPages(file, payload)) parts.push(content);
  return Buffer.concat(parts);
}
