/**
 * One b-tree page of a SQLite file: what of it is in use. Pure.
 * https://www.sqlite.org/fileformat2.html#b_tree_pages
 */

/** The file is not what the format says; SQLite's own check says it better. */
export class BadPage extends Error {
  override readonly name = "BadPage";
}

export interface BtreePage {
  /** The page with zeros wherever nothing is stored: no cell, no pointer, no freeblock's header. */
  clean: Buffer;
  /** Pages of the subtrees. */
  children: number[];
  /** First pages of overflow chains, with the payload bytes that are in the chain. */
  overflows: { page: number; bytes: number }[];
  /** Rows of a table, or entries of an index, that are on this page and not below it. */
  rows: number;
}

/** The page types. */
const INTERIOR_INDEX = 2;
const INTERIOR_TABLE = 5;
const LEAF_INDEX = 10;
const LEAF_TABLE = 13;
/** No cell takes less, so that it can become a freeblock. */
const SMALLEST_CELL = 4;
const FREEBLOCK_HEADER = 4;

/**
 * Reads a page. `start` is where its header begins: 100 on the first page, 0 elsewhere. `usable` is the
 * page size without the bytes reserved at its end, which stay as they are. Throws BadPage.
 */
export function readBtreePage(page: Buffer, start: number, usable: number): BtreePage {
  const type = page[start]!;
  if (![INTERIOR_INDEX, INTERIOR_TABLE, LEAF_INDEX, LEAF_TABLE].includes(type)) {
    throw new BadPage(`a b-tree page has type ${type}`);
  }
  const isInterior = type === INTERIOR_INDEX || type === INTERIOR_TABLE;
  const cells = page.readUInt16BE(start + 3);
  const pointers = start + (isInterior ? 12 : 8);
  const pointersEnd = pointers + 2 * cells;
  if (pointersEnd > usable) throw new BadPage(`a page has ${cells} cells`);

  const clean = Buffer.alloc(page.length);
  page.copy(clean, 0, 0, pointersEnd);
  page.copy(clean, usable, usable);
  const rows = type === INTERIOR_TABLE ? 0 : cells;
  const found: BtreePage = { clean, children: [], overflows: [], rows };
  if (isInterior) found.children.push(page.readUInt32BE(start + 8));
  for (let i = 0; i < cells; i++) {
    const at = page.readUInt16BE(pointers + 2 * i);
    if (at < pointersEnd || at + SMALLEST_CELL > usable)
      throw new BadPage(`a cell begins at ${at}`);
    const end = readCell(page, type, at, usable, found);
    if (end > usable) throw new BadPage(`a cell ends at ${end}`);
    page.copy(clean, at, at, end);
  }
  copyFreeblocks(page, clean, page.readUInt16BE(start + 1), pointersEnd, usable);
  return found;
}

/** Returns where the cell ends; notes what it points to. */
function readCell(
  page: Buffer,
  type: number,
  at: number,
  usable: number,
  found: BtreePage,
): number {
  let end = at;
  if (type === INTERIOR_TABLE || type === INTERIOR_INDEX) {
    found.children.push(page.readUInt32BE(at));
    end += 4;
  }
  if (type === INTERIOR_TABLE) return end + varintLength(page, end);
  const payload = readVarint(page, end);
  end += varintLength(page, end);
  if (type === LEAF_TABLE) end += varintLength(page, end);
  const local = localPayload(payload, type === LEAF_TABLE, usable);
  end += local;
  if (local < payload) {
    if (end + 4 > usable) throw new BadPage(`a cell ends at ${end + 4}`);
    found.overflows.push({ page: page.readUInt32BE(end), bytes: payload - local });
    end += 4;
  }
  return Math.max(end, at + SMALLEST_CELL);
}

/** How many bytes of a payload are in the page itself. */
function localPayload(payload: number, isTableLeaf: boolean, usable: number): number {
  const largest = isTableLeaf ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  if (payload <= largest) return payload;
  const smallest = Math.floor(((usable - 12) * 32) / 255) - 23;
  const local = smallest + ((payload - smallest) % (usable - 4));
  return local <= largest ? local : smallest;
}

/** Freeblocks are a list in the order of the page: the next one's place, and the size of this one. */
function copyFreeblocks(
  page: Buffer,
  clean: Buffer,
  first: number,
  contentFrom: number,
  usable: number,
): void {
  let lowest = contentFrom;
  for (let at = first; at !== 0; at = page.readUInt16BE(at)) {
    if (at < lowest || at + FREEBLOCK_HEADER > usable) throw new BadPage(`a freeblock is at ${at}`);
    page.copy(clean, at, at, at + FREEBLOCK_HEADER);
    lowest = at + FREEBLOCK_HEADER;
  }
}

/** 1 to 9 bytes: seven bits each but for the ninth, which gives all eight. */
function varintLength(page: Buffer, at: number): number {
  let length = 1;
  while (length < 9 && page[at + length - 1]! >= 0x80) length++;
  return length;
}

/** Throws BadPage for what no payload can have. */
function readVarint(page: Buffer, at: number): number {
  const length = varintLength(page, at);
  let value = 0;
  for (let i = 0; i < length; i++) value = value * 128 + (page[at + i]! & 0x7f);
  if (length > 5 || at + length > page.length) throw new BadPage("a payload is too large");
  return value;
}
