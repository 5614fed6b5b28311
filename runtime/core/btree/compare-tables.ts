/**
 * The rows of a table that came, went or changed between two states of a database, from the pages that
 * changed (changed-ranges.ts); from all of the table where those do not tell.
 */
import { formatBytes } from "../quantities.ts";
import type { SqlValue } from "../sqlite/values.ts";
import { type ChangedPages, hasUnexplainedOverflow } from "./changed-pages.ts";
import { AmbiguousPage, changedRanges, EVERYTHING } from "./changed-ranges.ts";
import { isSamePayload } from "./node.ts";
import { OutOfTime } from "./page-file.ts";
import { StateOfTable, type TableState } from "./state-of-table.ts";
import { type TableShape, tableShape } from "./table-shape.ts";
import type { BTree, Entry, Key, KeyRange } from "./tree.ts";

export interface RowChange {
  change: "added" | "removed" | "changed";
  /** Values of the primary key, or the rowid. */
  key: readonly SqlValue[];
  /** In the order of the columns of that state; null where the row is not there. */
  before: readonly SqlValue[] | null;
  after: readonly SqlValue[] | null;
}

export interface TableComparison {
  /** Columns of each state. */
  columns: { before: readonly string[]; after: readonly string[] };
  /** `["rowid"]` where the table has no key of its own. */
  primaryKey: readonly string[];
  rows: RowChange[];
  /** Why these are not all changes; null when they are. */
  stopped: string | null;
}

export interface CompareLimits {
  /** Rows that changed, at most. */
  mostRows: number;
  /** Bytes of their records, of both states together. */
  mostBytes: number;
  /** Asked between rows and blocks: false ends the comparison. */
  goesOn(): boolean;
}

/** @throws DamagedDatabase; what reading blocks throws */
export async function compareTables(
  before: TableState,
  after: TableState,
  changed: ChangedPages,
  limits: CompareLimits,
): Promise<TableComparison> {
  const shapes = { before: tableShape(before.table.sql), after: tableShape(after.table.sql) };
  if (shapes.before === null || shapes.after === null) {
    return nothing("the definition of the table cannot be read here");
  }
  const old = new StateOfTable(before, shapes.before);
  const now = new StateOfTable(after, shapes.after);
  const result: TableComparison = {
    columns: { before: old.names, after: now.names },
    primaryKey: keyNames(now.shape),
    rows: [],
    stopped: null,
  };
  if (old.shape.order !== now.shape.order || !isSameKey(old.shape, now.shape)) {
    return { ...result, stopped: "the table has another primary key in the two versions" };
  }
  if (old.shape.keyColumns > 0 && before.file.encoding + after.file.encoding !== "utf-8utf-8") {
    return { ...result, stopped: "tables without rowid are compared in databases in UTF-8 only" };
  }
  const ranges = await rangesOf(old.tree, now.tree, changed);
  if (ranges === null) return { ...result, stopped: "too much changed to be compared in time" };
  result.stopped = await compareRanges(old, now, ranges, limits, result.rows);
  if (!isKeyedElsewhere(now.shape)) return result;
  result.rows = pairByKey(result.rows, old, now);
  if (result.stopped !== null) result.stopped += "; a row that moved may seem removed or added";
  return result;
}

function nothing(stopped: string): TableComparison {
  return { columns: { before: [], after: [] }, primaryKey: [], rows: [], stopped };
}

/** null when there was no time to find them. */
async function rangesOf(
  before: BTree,
  after: BTree,
  changed: ChangedPages,
): Promise<readonly KeyRange[] | null> {
  if (before.root !== after.root) return EVERYTHING;
  try {
    if (await hasUnexplainedOverflow(before.file, after.file, changed)) return EVERYTHING;
    return await changedRanges(before, after, changed);
  } catch (error) {
    if (error instanceof AmbiguousPage) return EVERYTHING;
    if (error instanceof OutOfTime) return null;
    throw error;
  }
}

/** Adds what differs to `rows`; why it ended early, or null. */
async function compareRanges(
  before: StateOfTable,
  after: StateOfTable,
  ranges: readonly KeyRange[],
  { mostRows, mostBytes, goesOn }: CompareLimits,
  rows: RowChange[],
): Promise<string | null> {
  let key: Key | null = null;
  let bytes = 0;
  try {
    for (const range of ranges) {
      const old = before.tree.entries(range);
      const now = after.tree.entries(range);
      let left = await next(old);
      let right = await next(now);
      while (left !== null || right !== null) {
        const order = compareEntries(left, right, after.tree);
        key = (order <= 0 ? left : right)!.key;
        if (!goesOn()) throw new OutOfTime();
        const [one, other] = [order <= 0 ? left : null, order >= 0 ? right : null];
        if (!(await isUntouched(before, after, one, other))) {
          if (rows.length >= mostRows)
            return `there are more than ${mostRows} changed rows, from ${describeKey(key)} on`;
          const size = sizeOf(one) + sizeOf(other);
          if (bytes + size > mostBytes)
            return `the changed rows have more than ${formatBytes(mostBytes)}, from ${describeKey(key)} on`;
          const change = await changeOf(before, after, one, other);
          if (change !== null) {
            rows.push(change);
            bytes += size;
          }
        }
        if (order <= 0) left = await next(old);
        if (order >= 0) right = await next(now);
      }
    }
    return null;
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error;
    return `the time was over at ${key === null ? "the first row" : describeKey(key)}`;
  }
}

/** Whether a row is byte by byte what it was. */
async function isUntouched(
  before: StateOfTable,
  after: StateOfTable,
  left: Entry | null,
  right: Entry | null,
): Promise<boolean> {
  if (left === null || right === null || !before.hasColumnsOf(after)) return false;
  const [one, other] = [left.cell.payload!, right.cell.payload!];
  return isSamePayload(before.tree.file, one, after.tree.file, other);
}

function sizeOf(entry: Entry | null): number {
  return entry?.cell.payload?.size ?? 0;
}

async function next(entries: AsyncGenerator<Entry>): Promise<Entry | null> {
  const { value, done } = await entries.next();
  return done ? null : value;
}

function compareEntries(left: Entry | null, right: Entry | null, tree: BTree): number {
  if (left === null) return 1;
  return right === null ? -1 : tree.compare(left.key, right.key);
}

async function changeOf(
  before: StateOfTable,
  after: StateOfTable,
  left: Entry | null,
  right: Entry | null,
): Promise<RowChange | null> {
  const old = left && (await before.payload(left.cell));
  const now = right && (await after.payload(right.cell));
  const one = left && before.row(old!, left.cell.rowid);
  const other = right && after.row(now!, right.cell.rowid);
  if (one !== null && other !== null) {
    if (!differs(before, after, one, other)) return null;
    return { change: "changed", key: after.keyOf(other, right!.key), before: one, after: other };
  }
  return other === null
    ? { change: "removed", key: before.keyOf(one!, left!.key), before: one, after: null }
    : { change: "added", key: after.keyOf(other, right!.key), before: null, after: other };
}

/** By the columns that both states have. */
function differs(
  before: StateOfTable,
  after: StateOfTable,
  old: readonly SqlValue[],
  now: readonly SqlValue[],
): boolean {
  return after.names.some((name, at) => {
    const was = before.names.indexOf(name);
    return was >= 0 && !isSame(old[was] ?? null, now[at] ?? null);
  });
}

/** The same value of the same type. */
export function isSame(a: SqlValue, b: SqlValue): boolean {
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  return Object.is(a, b);
}

function keyNames({ primaryKey }: TableShape): readonly string[] {
  return primaryKey.length === 0 ? ["rowid"] : primaryKey;
}

function isSameKey(a: TableShape, b: TableShape): boolean {
  return a.primaryKey.join("\n") === b.primaryKey.join("\n");
}

/** Ordered by rowid, but known by other columns. */
function isKeyedElsewhere({ keyColumns, primaryKey, columns }: TableShape): boolean {
  const isAlias = columns.some(({ isRowid }) => isRowid);
  return keyColumns === 0 && primaryKey.length > 0 && !isAlias;
}

/** Rows of one key are one row, whatever their rowids are. */
function pairByKey(
  rows: readonly RowChange[],
  before: StateOfTable,
  after: StateOfTable,
): RowChange[] {
  const pairs = new Map<
    string,
    { key: readonly SqlValue[]; before: RowChange["before"]; after: RowChange["after"] }
  >();
  const at = (key: readonly SqlValue[], side: string) => {
    // NULL is no key: such rows are each their own.
    const name = key.includes(null) ? `${side}${pairs.size}` : key.map(keyText).join("\n");
    const pair = pairs.get(name) ?? { key, before: null, after: null };
    pairs.set(name, pair);
    return pair;
  };
  for (const { before: old, after: now } of rows) {
    if (old !== null) at(before.keyOf(old, 0n), "before").before = old;
    if (now !== null) at(after.keyOf(now, 0n), "after").after = now;
  }
  return [...pairs.values()].flatMap(({ key, before: old, after: now }): RowChange[] => {
    if (old === null) return [{ change: "added", key, before: null, after: now }];
    if (now === null) return [{ change: "removed", key, before: old, after: null }];
    return differs(before, after, old, now)
      ? [{ change: "changed", key, before: old, after: now }]
      : [];
  });
}

function keyText(value: SqlValue): string {
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString("hex")}`;
  return JSON.stringify(typeof value === "bigint" ? `i${value}` : [value]);
}

function describeKey(key: Key): string {
  return typeof key === "bigint"
    ? `rowid ${key}`
    : `key ${key.map(String).join(", ").slice(0, 100)}`;
}
