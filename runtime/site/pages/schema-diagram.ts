/** The tables of a database with their foreign keys, laid out as boxes in columns. Pure but for what it reads. */
import { allForeignKeys } from "../../core/sqlite/foreign-keys.ts";
import { hiddenTables } from "../../core/sqlite/hidden-tables.ts";
import { getTable } from "../../core/sqlite/schema.ts";
import type { OpenDatabase, PageContext } from "./context.ts";

export interface DiagramColumn {
  name: string;
  isKey: boolean;
  isReference: boolean;
}

export interface DiagramTable {
  name: string;
  href: string;
  columns: readonly DiagramColumn[];
  /** There are so many more. */
  moreColumns: number;
}

export interface Box extends DiagramTable {
  x: number;
  y: number;
  height: number;
}

/** From the referring column to the table that it refers to. */
export interface Line {
  from: { x: number; y: number };
  to: { x: number; y: number };
}

export interface Diagram {
  width: number;
  height: number;
  /** Of each box; pixels, as everywhere. */
  boxWidth: number;
  headerHeight: number;
  rowHeight: number;
  boxes: readonly Box[];
  lines: readonly Line[];
}

interface Reference {
  from: string;
  column: string;
  to: string;
}

const BOX_WIDTH = 190;
const ROW_HEIGHT = 18;
const HEADER_HEIGHT = 26;
const GAP_X = 70;
const GAP_Y = 24;
const MARGIN = 12;
/** Larger schemas are not to be read as a picture. */
const MOST_TABLES = 60;
const MOST_COLUMNS = 12;
/** Of a column of tables, where there are several. */
const TALLEST = 1400;
/** Steps of references that are told apart. */
const MOST_RANKS = 8;

/** Of so many tables there is no picture. */
export interface TooManyTables {
  tooMany: number;
}

/** null where no table refers to another. */
export function schemaDiagram(
  { links }: PageContext,
  open: OpenDatabase,
): Diagram | TooManyTables | null {
  const { connection, database } = open;
  const hidden = hiddenTables(connection);
  const keys = [...allForeignKeys(connection)].filter(([name]) => !hidden.has(name));
  const references = keys.flatMap(([from, { outgoing }]) =>
    outgoing.map(({ column, other_table: to }): Reference => ({ from, column: column ?? "", to })),
  );
  if (references.length === 0) return null;
  if (keys.length > MOST_TABLES) return { tooMany: keys.length };
  const tables = keys.map(([name]): DiagramTable => {
    const { columnNames, primaryKeys } = getTable(connection, name);
    const isReference = (column: string) =>
      references.some((each) => each.from === name && each.column === column);
    const columns = columnNames.map((column) => ({
      name: column,
      isKey: primaryKeys.includes(column),
      isReference: isReference(column),
    }));
    // Those that matter for the picture come first.
    const sorted = columns.toSorted(
      (a, b) => Number(b.isKey || b.isReference) - Number(a.isKey || a.isReference),
    );
    const shown = columns.length <= MOST_COLUMNS ? columns : sorted.slice(0, MOST_COLUMNS);
    const href = links.table(database.name, name);
    return { name, href, columns: shown, moreColumns: columns.length - shown.length };
  });
  return layOut(tables, references);
}

/** Tables stand to the left of those that they refer to, as far as there are no circles. */
export function layOut(tables: readonly DiagramTable[], references: readonly Reference[]): Diagram {
  const boxes = columnsOf(tables, references).flatMap((column, at) => {
    let y = MARGIN;
    return column.map((table): Box => {
      const height = heightOf(table);
      const box = { ...table, x: MARGIN + at * (BOX_WIDTH + GAP_X), y, height };
      y += height + GAP_Y;
      return box;
    });
  });
  const lines = references.flatMap(({ from, column, to }): Line[] => {
    const [source, target] = [from, to].map((name) => boxes.find((box) => box.name === name));
    return source && target ? [lineOf(source, column, target)] : [];
  });
  return {
    // A table that refers to itself has its line at its right.
    width: Math.max(...boxes.map(({ x }) => x)) + BOX_WIDTH + GAP_X / 2,
    height: Math.max(...boxes.map(({ y, height }) => y + height)) + MARGIN,
    boxWidth: BOX_WIDTH,
    headerHeight: HEADER_HEIGHT,
    rowHeight: ROW_HEIGHT,
    boxes,
    lines,
  };
}

function heightOf({ columns, moreColumns }: DiagramTable): number {
  return HEADER_HEIGHT + (columns.length + (moreColumns > 0 ? 1 : 0)) * ROW_HEIGHT + 6;
}

/** By the steps of references below them, in columns that are not too high. */
function columnsOf(
  tables: readonly DiagramTable[],
  references: readonly Reference[],
): DiagramTable[][] {
  const ranks = ranksOf(tables, references);
  const linked = new Set(references.flatMap(({ from, to }) => [from, to]));
  const columns: DiagramTable[][] = [];
  for (let rank = Math.max(...ranks.values()); rank >= 0; rank--) {
    const own = tables.filter(({ name }) => linked.has(name) && ranks.get(name) === rank);
    let room = 0;
    for (const table of own) {
      if (room < heightOf(table)) {
        columns.push([]);
        room = TALLEST;
      }
      columns.at(-1)!.push(table);
      room -= heightOf(table) + GAP_Y;
    }
  }
  // Those that nothing leads to or from stand below the shortest column.
  const total = (column: readonly DiagramTable[]) =>
    column.reduce((sum, table) => sum + heightOf(table) + GAP_Y, 0);
  for (const table of tables.filter(({ name }) => !linked.has(name))) {
    columns.toSorted((one, other) => total(one) - total(other))[0]!.push(table);
  }
  return columns;
}

/** How many steps of references there are below a table; what leads back to one above it is none. */
function ranksOf(
  tables: readonly DiagramTable[],
  references: readonly Reference[],
): Map<string, number> {
  const ranks = new Map<string, number>();
  const above = new Set<string>();
  const rankOf = (name: string): number => {
    const known = ranks.get(name);
    if (known !== undefined) return known;
    above.add(name);
    const below = references
      .filter(({ from, to }) => from === name && !above.has(to))
      .map(({ to }) => rankOf(to) + 1);
    above.delete(name);
    const rank = Math.min(MOST_RANKS, Math.max(0, ...below));
    ranks.set(name, rank);
    return rank;
  };
  for (const { name } of tables) rankOf(name);
  return ranks;
}

function lineOf(source: Box, column: string, target: Box): Line {
  const at = source.columns.findIndex(({ name }) => name === column);
  const fromY = source.y + HEADER_HEIGHT + (Math.max(0, at) + 0.5) * ROW_HEIGHT;
  const toY = target.y + HEADER_HEIGHT / 2;
  // Between tables of one column it goes round at their right.
  const leaves = target.x >= source.x ? BOX_WIDTH : 0;
  const arrives = target.x > source.x ? 0 : BOX_WIDTH;
  return {
    from: { x: source.x + leaves, y: fromY },
    to: { x: target.x + arrives, y: toY },
  };
}
