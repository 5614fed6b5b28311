/**
 * Where the rows of a table can differ between two states: ranges of keys that hold every row that came,
 * went or changed, and few others. Only pages that changed, and the way to them, are read.
 *
 * Why none is missed. A row of one state is on a leaf of the table. If that leaf changed, its own keys are a
 * range. If not, and all pages above it are the same, it is a leaf of the other state, too, with the same
 * row. Otherwise look at the lowest page above it that changed: its child on the way to the leaf is the same
 * in both states, with all below it. Where the other state has that child in the table, too, the row is
 * there; where not, all between the keys beside the child is a range. What a row has on further pages is not
 * covered: see hasUnexplainedOverflow.
 */
import type { ChangedPage, ChangedPages } from "./changed-pages.ts";
import type { Node } from "./node.ts";
import { DamagedDatabase } from "./page-file.ts";
import type { BTree, Compare, Key, KeyRange } from "./tree.ts";

export const EVERYTHING: readonly KeyRange[] = [{ from: null, to: null }];

/** `before` and `after` are the same table; both have their root at the same page. */
export async function changedRanges(
  before: BTree,
  after: BTree,
  changed: ChangedPages,
): Promise<readonly KeyRange[]> {
  const old = await changedNodes(before, changed.before);
  const now = await changedNodes(after, changed.after);
  const numbers = new Set([...changed.before, ...changed.after].map(({ number }) => number));
  const ranges = [
    ...old.ranges,
    ...now.ranges,
    ...orphans(old.children, now.children, numbers),
    ...orphans(now.children, old.children, numbers),
  ];
  return merged(ranges, after.compare);
}

/** A child of an interior page that changed, with the keys beside it. */
interface Child extends KeyRange {
  number: number;
}

interface ChangedNodes {
  ranges: KeyRange[];
  children: Child[];
}

/** Children that did not change and are children in one state only. */
function orphans(
  children: readonly Child[],
  others: readonly Child[],
  changed: ReadonlySet<number>,
): KeyRange[] {
  const known = new Set(others.map(({ number }) => number));
  return children.filter(({ number }) => !known.has(number) && !changed.has(number));
}

async function changedNodes(tree: BTree, pages: readonly ChangedPage[]): Promise<ChangedNodes> {
  const found: ChangedNodes = { ranges: [], children: [] };
  const type = tree.keyColumns === 0 ? "table" : "index";
  for (const { number, kind } of pages) {
    if (kind === null || !kind.startsWith(type)) continue;
    try {
      await lookAt(tree, await tree.node(number), found);
    } catch (error) {
      // Pages of other trees, and free ones, may be no pages of this one at all.
      if (!(error instanceof DamagedDatabase)) throw error;
    }
  }
  return found;
}

async function lookAt(tree: BTree, node: Node, found: ChangedNodes): Promise<void> {
  if (node.cells === 0 && node.number !== tree.root) {
    // Without a cell there is no key to find it by; such an interior page has one child.
    if (node.isLeaf) return;
    throw new AmbiguousPage();
  }
  if (node.cells === 0) {
    if (!node.isLeaf) found.children.push({ number: node.child(0), from: null, to: null });
    return;
  }
  const first = await tree.keyOf(node.cell(0));
  const place = (await tree.pathTo(first)).find(({ number }) => number === node.number);
  if (place === undefined) return;
  // Interior pages of indexes have rows, too.
  if (node.isLeaf) {
    found.ranges.push({ from: first, to: await tree.keyOf(node.cell(node.cells - 1)) });
    return;
  }
  let from = place.from;
  for (let at = 0; at <= node.cells; at++) {
    const key = at < node.cells ? await tree.keyOf(node.cell(at)) : place.to;
    if (node.kind === "index-interior" && at < node.cells)
      found.ranges.push({ from: key, to: key });
    found.children.push({ number: node.child(at), from, to: key });
    from = key;
  }
}

/** It cannot be told whether a page belongs to the tree. */
export class AmbiguousPage extends Error {}

/** In order, and none of them meets another. */
export function merged(ranges: readonly KeyRange[], compare: Compare): KeyRange[] {
  const sorted = [...ranges].sort((a, b) => compareStarts(a.from, b.from, compare));
  const result: KeyRange[] = [];
  for (const { from, to } of sorted) {
    const last = result.at(-1);
    const meets =
      last !== undefined && (last.to === null || from === null || compare(from, last.to) <= 0);
    if (!meets) {
      result.push({ from, to });
      continue;
    }
    if (last.to !== null && (to === null || compare(to, last.to) > 0)) last.to = to;
  }
  return result;
}

function compareStarts(a: Key | null, b: Key | null, compare: Compare): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return compare(a, b);
}
