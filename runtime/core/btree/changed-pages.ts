/**
 * Which pages differ between two states of a database, from the blocks alone that differ. What such a page
 * is (a leaf, an interior page, of a table or an index) is noted for each state.
 */
import { kindOf, Node, type NodeKind, overflowPages } from "./node.ts";
import { DamagedDatabase, type PageFile, viewOf } from "./page-file.ts";

export interface ChangedPage {
  number: number;
  kind: NodeKind | null;
}

export interface ChangedPages {
  before: ChangedPage[];
  after: ChangedPage[];
  /** Blocks that were compared. */
  blocks: number;
}

/** Blocks of both files whose content is not the same. */
export function changedBlocks(before: PageFile, after: PageFile): number[] {
  const [old, now] = [before.file.blocks, after.file.blocks];
  const count = Math.max(old.length, now.length);
  return Array.from({ length: count }, (_, at) => at).filter((at) => old[at] !== now[at]);
}

/** Of each file. */
const READ_AT_ONCE = 3;

/**
 * `goesOn` is asked before blocks are read: null is returned when it says no. Both have pages of one size. Pages
 * that changed, and those that lead to others, are kept in their files, because they are looked at next.
 */
export async function changedPages(
  before: PageFile,
  after: PageFile,
  goesOn: () => boolean,
): Promise<ChangedPages | null> {
  const found: ChangedPages = { before: [], after: [], blocks: 0 };
  const { pageSize } = after;
  const perBlock = after.file.blockSize / pageSize;
  const blocks = changedBlocks(before, after);
  for (let at = 0; at < blocks.length; at += READ_AT_ONCE) {
    if (!goesOn()) return null;
    const read = blocks.slice(at, at + READ_AT_ONCE).map(async (block) => {
      const [old, now] = await Promise.all([pagesOf(before, block), pagesOf(after, block)]);
      return { first: block * perBlock + 1, old, now };
    });
    for (const { first, old, now } of await Promise.all(read)) {
      for (let page = 0; page < Math.max(old.length, now.length); page++) {
        const [one, other] = [old[page], now[page]];
        const isSame = one !== undefined && other !== undefined && Buffer.compare(one, other) === 0;
        note(found.before, before, first + page, one, isSame);
        note(found.after, after, first + page, other, isSame);
      }
    }
    found.blocks += read.length;
  }
  return found;
}

function note(
  changed: ChangedPage[],
  file: PageFile,
  number: number,
  page: Uint8Array | undefined,
  isSame: boolean,
): void {
  if (page === undefined) return;
  const kind = kindAt(file, page, number);
  if (!isSame || kind?.endsWith("interior")) file.keep(number, page);
  if (!isSame) changed.push({ number, kind });
}

async function pagesOf({ file, pageSize }: PageFile, block: number): Promise<Uint8Array[]> {
  if (file.blocks[block] === undefined) return [];
  const bytes = await file.read(block);
  const count = Math.floor(bytes.length / pageSize);
  return Array.from({ length: count }, (_, at) =>
    bytes.subarray(at * pageSize, (at + 1) * pageSize),
  );
}

function kindAt(file: PageFile, page: Uint8Array, number: number): NodeKind | null {
  return file.isPointerMap(number) ? null : kindOf(page, number);
}

/**
 * Whether a record could have changed whose own page has not: where it goes on, on pages that no page that
 * changed leads to, in neither state. SQLite overwrites such pages in place when only that part is new.
 */
export async function hasUnexplainedOverflow(
  before: PageFile,
  after: PageFile,
  changed: ChangedPages,
): Promise<boolean> {
  const last = Math.min(before.pages, after.pages);
  const inDoubt = new Set(
    changed.after
      .filter(({ number, kind }) => kind === null && number <= last && !after.isPointerMap(number))
      .map(({ number }) => number),
  );
  for (const [file, pages] of [
    [after, changed.after],
    [before, changed.before],
  ] as const) {
    if (inDoubt.size === 0) return false;
    for await (const number of explained(file, pages)) inDoubt.delete(number);
  }
  return inDoubt.size > 0;
}

/** The free pages, and those on which records of the changed pages go on. */
async function* explained(file: PageFile, pages: readonly ChangedPage[]): AsyncGenerator<number> {
  for (const { number, kind } of pages) {
    if (kind === null || kind === "table-interior") continue;
    try {
      const node = new Node(file, number, await file.page(number));
      for (let at = 0; at < node.cells; at++) {
        const { payload } = node.cell(at);
        if (payload === null || payload.overflow === 0) continue;
        for await (const page of overflowPages(file, payload)) yield page.number;
      }
    } catch (error) {
      // A free page may look like one of a tree.
      if (!(error instanceof DamagedDatabase)) throw error;
    }
  }
  yield* freePages(file);
}

async function* freePages(file: PageFile): AsyncGenerator<number> {
  let left = file.pages;
  for (let trunk = file.freelist; trunk !== 0 && left > 0; left--) {
    yield trunk;
    const view = viewOf(await file.page(trunk));
    const count = Math.min(view.getUint32(4), Math.floor(file.usable / 4) - 2);
    for (let at = 0; at < count; at++) yield view.getUint32(8 + at * 4);
    trunk = view.getUint32(0);
  }
}
