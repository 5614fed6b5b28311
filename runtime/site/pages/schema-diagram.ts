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

/** null where no table refers to another, or there are too many. */
export function schemaDiagram({ links }: PageContext, open: OpenDatabase): Diagram | null {
  const { connection, database } = open;
  const hidden = hiddenTables(connection);
  const keys = [...allForeignKeys(connection)].filter(([name]) => !hidden.has(name));
  const references = keys.flatMap(([from, { outgoing }]) =>
    outgoing.map(({ column, other_table: to }): Reference => ({ from, column: column ?? "", to })),
  );
  if (references.length === 0 || keys.length > MOST_TABLES) return null;
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
  const ranks = ranksOf(tables, references);
  const boxes: Box[] = [];
  const bottoms: number[] = [];
  const linked = new Set(references.flatMap(({ from, to }) => [from, to]));
  for (const table of tables) {
    // Those that nothing leads to or from stand below the shortest column.
    const most = Math.max(...ranks.values());
    const rank = linked.has(table.name)
      ? most - ranks.get(table.name)!
      : shortest(bottoms, most + 1);
    const rows = table.columns.length + (table.moreColumns > 0 ? 1 : 0);
    const height = HEADER_HEIGHT + rows * ROW_HEIGHT + 6;
    const y = bottoms[rank] ?? MARGIN;
    boxes.push({ ...table, x: MARGIN + rank * (BOX_WIDTH + GAP_X), y, height });
    bottoms[rank] = y + height + GAP_Y;
  }
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

/** How many steps of references there are below a table. */
function ranksOf(
  tables: readonly DiagramTable[],
  references: readonly Reference[],
): Map<string, number> {
  const ranks = new Map(tables.map(({ name }) => [name, 0]));
  // In a circle this would never end.
  for (let round = 0; round < Math.min(tables.length, 8); round++) {
    for (const { from, to } of references) {
      const needed = (ranks.get(to) ?? 0) + 1;
      if (from !== to && needed <= 8 && ranks.get(from)! < needed) ranks.set(from, needed);
    }
  }
  return ranks;
}

function shortest(bottoms: readonly number[], count: number): number {
  const heights = Array.from({ length: count }, (_, at) => bottoms[at] ?? 0);
  return heights.indexOf(Math.min(...heights));
}

function lineOf(source: Box, column: string, target: Box): Line {
  const at = source.columns.findIndex(({ name }) => name === column);
  const fromY = source.y + HEADER_HEIGHT + (Math.max(0, at) + 0.5) * ROW_HEIGHT;
  const toY = target.y + HEADER_HEIGHT / 2;
  const isToTheRight = target.x > source.x;
  return {
    from: { x: source.x + (isToTheRight || target === source ? BOX_WIDTH : 0), y: fromY },
    to: { x: target.x + (isToTheRight ? 0 : BOX_WIDTH), y: toY },
  };
}
