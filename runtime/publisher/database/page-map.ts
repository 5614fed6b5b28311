/**
 * What each page of a database is: free, of which tree, the end of a long value. With it the pages that a
 * commit has changed are enough to clear deleted rows from them and to count rows, as a look at the whole
 * file would. https://www.sqlite.org/fileformat2.html
 */
import { BadPage, type BtreePage, readBtreePage } from "./btree-page.ts";
import type { PageObserver } from "./scrub.ts";
import { HEADER_SIZE } from "./sqlite-header.ts";

/** A database after some commits. Pages are counted from 1. */
export interface ChangedPages {
  /** Those that were written, as they were written. */
  pages: ReadonlyMap<number, Buffer>;
  pageCount: number;
  /** Root pages of all tables and indexes, 1 included. */
  roots: ReadonlySet<number>;
  /** Page size without the bytes that are reserved at the end of each page. */
  usable: number;
  /** Any page as it is now. */
  read(page: number): Buffer;
}

interface Before {
  root: number;
  parent: number;
  overflowEnd: number;
}

export class PageMap implements PageObserver {
  #pageCount = 0;
  /** Of the tree that a page belongs to; 0: of none. */
  #roots = new Uint32Array(0);
  #parents = new Uint32Array(0);
  #rows = new Uint16Array(0);
  /** Bytes in use of the last page of a value. */
  #overflowEnds = new Uint32Array(0);
  #free = new Uint8Array(0);
  readonly #rowsOfRoots = new Map<number, number>();

  constructor(pageCount: number) {
    this.#resize(pageCount);
  }

  /** Rows of the table whose tree begins at this page. */
  rowsOf(root: number): number {
    return this.#rowsOfRoots.get(root) ?? 0;
  }

  free(page: number): void {
    this.#forget(page);
    this.#free[page] = 1;
  }

  tree(page: number, root: number, parent: number, rows: number): void {
    this.#roots[page] = root;
    this.#parents[page] = parent;
    this.#rows[page] = rows;
    this.#rowsOfRoots.set(root, this.rowsOf(root) + rows);
  }

  overflowEnd(page: number, used: number): void {
    this.#overflowEnds[page] = used;
  }

  /**
   * Follows what was changed. Returns the pages that differ from what was written, without what is deleted:
   * some of those that were changed, and those that became free. Throws BadPage for what cannot be
   * understood from the changes alone; the map is then of no more use.
   */
  follow(change: ChangedPages): Map<number, Buffer> {
    const { pages, pageCount } = change;
    const clean = new Map<number, Buffer>();
    for (let page = pageCount + 1; page <= this.#pageCount; page++) this.#forget(page);
    this.#resize(pageCount);
    const before = new Map<number, Before>();
    for (const page of pages.keys()) before.set(page, this.#forget(page));
    if (pages.has(1)) this.#followFreelist(change, clean);
    const overflows = this.#followTrees(change, before, clean);
    const reached = this.#followOverflows(change, overflows, clean);
    for (const [page, bytes] of pages) {
      if (this.#free[page] === 1 || this.#roots[page] !== 0 || reached.has(page)) continue;
      const { root, overflowEnd } = before.get(page)!;
      if (root !== 0) throw new BadPage(`page ${page} is in no tree any more`);
      // A part of a long value that was written over with as many bytes, which its row does not show.
      if (overflowEnd === 0) continue;
      this.#overflowEnds[page] = overflowEnd;
      clean.set(page, cleared(bytes, overflowEnd, change.usable));
    }
    return clean;
  }

  #followFreelist(change: ChangedPages, clean: Map<number, Buffer>): void {
    const { pages, usable } = change;
    const free = new Uint8Array(this.#free.length);
    const add = (page: number) => {
      this.#check(page);
      if (free[page] === 1) throw new BadPage(`page ${page} is free twice`);
      free[page] = 1;
    };
    for (let trunk = change.read(1).readUInt32BE(32); trunk !== 0; ) {
      add(trunk);
      const bytes = change.read(trunk);
      const leaves = bytes.readUInt32BE(4);
      const used = 8 + 4 * leaves;
      if (used > usable) throw new BadPage(`free page ${trunk} lists ${leaves} pages`);
      for (let i = 0; i < leaves; i++) {
        const leaf = bytes.readUInt32BE(8 + 4 * i);
        add(leaf);
        if (this.#free[leaf] === 1 && !pages.has(leaf)) continue;
        clean.set(leaf, cleared(change.read(leaf), 0, usable));
        this.#forget(leaf);
      }
      if (pages.has(trunk)) clean.set(trunk, cleared(bytes, used, usable));
      this.#forget(trunk);
      trunk = bytes.readUInt32BE(0);
    }
    this.#free = free;
  }

  /** Returns the long values of the pages that were changed. */
  #followTrees(
    { pages, roots, usable }: ChangedPages,
    before: ReadonlyMap<number, Before>,
    clean: Map<number, Buffer>,
  ): BtreePage["overflows"] {
    const overflows: BtreePage["overflows"] = [];
    const todo: { page: number; root: number; parent: number }[] = [];
    for (const root of roots) {
      if (pages.has(root)) todo.push({ page: root, root, parent: 0 });
      else if (this.#roots[root] !== root) throw new BadPage(`no tree begins at page ${root}`);
    }
    for (const [page, { root, parent }] of before) {
      // What refers to it is as it was.
      const stays = parent !== 0 && !pages.has(parent) && this.#roots[parent] === root;
      if (stays && !roots.has(page)) todo.push({ page, root, parent });
    }
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      const { page, root, parent } = next;
      if (this.#roots[page] !== 0) throw new BadPage(`page ${page} is used twice`);
      const tree = readBtreePage(pages.get(page)!, page === 1 ? HEADER_SIZE : 0, usable);
      this.tree(page, root, parent, tree.rows);
      clean.set(page, tree.clean);
      overflows.push(...tree.overflows);
      for (const child of tree.children) {
        this.#check(child);
        if (this.#free[child] === 1) throw new BadPage(`page ${child} is free and in use`);
        if (pages.has(child)) todo.push({ page: child, root, parent: page });
        else if (this.#roots[child] === root) this.#parents[child] = page;
        else throw new BadPage(`page ${child} came into another tree`);
      }
    }
    return overflows;
  }

  /** Returns the pages of those values that were written anew. */
  #followOverflows(
    { pages, usable, read }: ChangedPages,
    overflows: BtreePage["overflows"],
    clean: Map<number, Buffer>,
  ): Set<number> {
    const reached = new Set<number>();
    const capacity = usable - 4;
    for (const { page: first, bytes } of overflows) {
      if (!pages.has(first)) continue;
      let page = first;
      for (let left = bytes; left > 0; left -= capacity) {
        this.#check(page);
        if (reached.has(page) || this.#free[page] === 1 || this.#roots[page] !== 0) {
          throw new BadPage(`page ${page} is used twice`);
        }
        reached.add(page);
        const content = read(page);
        const isEnd = left < capacity;
        this.#overflowEnds[page] = isEnd ? 4 + left : 0;
        if (isEnd && pages.has(page)) clean.set(page, cleared(content, 4 + left, usable));
        page = content.readUInt32BE(0);
      }
    }
    return reached;
  }

  #check(page: number): void {
    if (page < 1 || page > this.#pageCount) throw new BadPage(`there is no page ${page}`);
  }

  #forget(page: number): Before {
    const root = this.#roots[page] ?? 0;
    const before = {
      root,
      parent: this.#parents[page] ?? 0,
      overflowEnd: this.#overflowEnds[page] ?? 0,
    };
    if (root !== 0) this.#rowsOfRoots.set(root, this.rowsOf(root) - this.#rows[page]!);
    this.#roots[page] = 0;
    this.#parents[page] = 0;
    this.#rows[page] = 0;
    this.#overflowEnds[page] = 0;
    return before;
  }

  /** With room for more, so that a file that grows is not copied again and again. */
  #resize(pageCount: number): void {
    this.#pageCount = pageCount;
    if (pageCount < this.#roots.length) return;
    const length = Math.ceil(pageCount * 1.25) + 1024;
    this.#roots = grown(this.#roots, new Uint32Array(length));
    this.#parents = grown(this.#parents, new Uint32Array(length));
    this.#rows = grown(this.#rows, new Uint16Array(length));
    this.#overflowEnds = grown(this.#overflowEnds, new Uint32Array(length));
    this.#free = grown(this.#free, new Uint8Array(length));
  }
}

function grown<T extends Uint8Array | Uint16Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** A copy with zeros from `used` on; reserved bytes stay. */
function cleared(page: Buffer, used: number, usable: number): Buffer {
  return Buffer.from(page).fill(0, used, usable);
}
