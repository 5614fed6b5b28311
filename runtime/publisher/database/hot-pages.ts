/**
 * Which pages of a database a first query reads, whatever it asks: the schema, statistics, the upper
 * levels of every B-tree, the directories of full-text indexes, the first rows of each table. They
 * go into the block index, so that a cold start need not fetch blocks for them.
 * File format: https://www.sqlite.org/fileformat2.html#b_tree_pages
 */
import { closeSync, openSync, readSync } from "node:fs";
import type { HotPages } from "../../core/format/block-index.ts";
import { Connection } from "../../core/sqlite/connection.ts";

/** Each start of an environment fetches them: 7 ms of a Lambda's network. */
const MOST_BYTES = 512 * 1024;
/** Leaves that the first 100 rows of a table with rows of usual size (400 bytes) are on. */
const FIRST_LEAVES = 12;

/** SQLite refuses B-trees with more levels. */
const DEEPEST = 20;

const INTERIOR = new Set([2, 5]);

interface Tree {
  root: number;
  /** How many leaves to take from its beginning. */
  leaves: number;
}

/** Reads at most a few hundred pages of the file, which nobody may be writing. */
export function findHotPages(file: string, mostBytes = MOST_BYTES): HotPages | null {
  const descriptor = openSync(file, "r");
  try {
    const pageSize = readPageSize(descriptor);
    if (pageSize === 0) return null;
    const most = Math.floor(mostBytes / pageSize);
    const pages = new Map<number, Buffer>();
    const read = (page: number) => pages.get(page) ?? readPage(descriptor, page, pageSize);
    const trees = treesOf(file);
    // A large database has more pages in its upper levels than there is room for, and one of many
    // tables more first rows: neither keeps out all of the other.
    collect(trees, most / 2, read, pages);
    for (const { root } of trees.filter(({ isTable }) => isTable)) {
      if (pages.size < (most * 3) / 4) collectFirstRows(root, read, pages);
    }
    collect(trees, most, read, pages);
    const numbers = [...pages.keys()].sort((a, b) => a - b);
    const bytes = Buffer.concat(numbers.map((page) => pages.get(page)!));
    // SQLite counts pages from 1.
    return { pageSize, numbers: numbers.map((page) => page - 1), bytes };
  } finally {
    closeSync(descriptor);
  }
}

function readPageSize(descriptor: number): number {
  const header = Buffer.alloc(18);
  if (readSync(descriptor, header, 0, 18, 0) < 18) return 0;
  const pageSize = header.readUInt16BE(16);
  return pageSize === 1 ? 65_536 : pageSize;
}

function readPage(descriptor: number, page: number, pageSize: number): Buffer | null {
  const bytes = Buffer.alloc(pageSize);
  const read = readSync(descriptor, bytes, 0, pageSize, (page - 1) * pageSize);
  return read === pageSize ? bytes : null;
}

/** The schema first, then what every query needs of a table before its rows. */
function treesOf(file: string): (Tree & { isTable: boolean })[] {
  const connection = new Connection(file, { immutable: true, guardFile: null });
  try {
    const { rows } = connection.query(
      "select rootpage, type, name from sqlite_schema where rootpage > 0 order by rowid",
    );
    const trees = rows.map(([root, type, name]) => ({
      root: Number(root),
      isTable: type === "table",
      leaves: leavesOf(String(name)),
    }));
    return [{ root: 1, isTable: false, leaves: Number.POSITIVE_INFINITY }, ...trees];
  } finally {
    connection.close();
  }
}

/** Statistics are read with the schema; an FTS index's directory, with its first query. */
function leavesOf(name: string): number {
  return /^sqlite_stat\d$|_(idx|config|segdir)$/.test(name) ? Number.POSITIVE_INFINITY : 0;
}

/** Level by level, so that what does not fit any more is what a single query needs least of. */
function collect(
  trees: Tree[],
  most: number,
  read: (page: number) => Buffer | null,
  pages: Map<number, Buffer>,
): void {
  let level = trees.map(({ root, leaves }) => ({ pages: [root], leaves }));
  for (let depth = 0; level.length > 0; depth++) {
    const next: typeof level = [];
    for (const { pages: siblings, leaves } of level) {
      const children: number[] = [];
      let taken = 0;
      for (const page of siblings) {
        if (pages.size >= most) return;
        if (depth > 0 && taken >= leaves && isLeafLevel(siblings, read)) break;
        const bytes = read(page);
        if (bytes === null) continue;
        pages.set(page, bytes);
        taken++;
        children.push(...childrenOf(bytes, page));
      }
      if (children.length > 0) next.push({ pages: children, leaves });
    }
    level = next;
  }
}

/** The way down to the first rows, and the pages that they are on. */
function collectFirstRows(
  root: number,
  read: (page: number) => Buffer | null,
  pages: Map<number, Buffer>,
): void {
  let siblings = [root];
  for (let depth = 0; depth < DEEPEST; depth++) {
    const children: number[] = [];
    for (const page of siblings) {
      const bytes = read(page);
      if (bytes === null) continue;
      pages.set(page, bytes);
      if (children.length < FIRST_LEAVES) children.push(...childrenOf(bytes, page));
    }
    if (children.length === 0) return;
    siblings = children.slice(0, isLeafLevel(children, read) ? FIRST_LEAVES : 1);
  }
}

/** All pages of a level of a B-tree are of one kind. */
function isLeafLevel(siblings: number[], read: (page: number) => Buffer | null): boolean {
  const first = siblings[0]!;
  const bytes = read(first);
  return bytes !== null && !INTERIOR.has(bytes[headerOffset(first)]!);
}

function headerOffset(page: number): number {
  return page === 1 ? 100 : 0;
}

/** In key order; none for a leaf. */
function childrenOf(bytes: Buffer, page: number): number[] {
  const header = headerOffset(page);
  if (!INTERIOR.has(bytes[header]!)) return [];
  const children: number[] = [];
  const cells = bytes.readUInt16BE(header + 3);
  for (let cell = 0; cell < cells; cell++) {
    const pointer = header + 12 + cell * 2;
    if (pointer + 2 > bytes.length) break;
    const at = bytes.readUInt16BE(pointer);
    if (at + 4 <= bytes.length) children.push(bytes.readUInt32BE(at));
  }
  children.push(bytes.readUInt32BE(header + 8));
  return children.filter((child) => child > 0);
}
