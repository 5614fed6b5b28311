/** `dsl diff NAME A [B]`: what differs between two published versions, down to rows and cells. */
import { zstdDecompressSync } from "node:zlib";
import { changedCells } from "../../runtime/core/btree/changed-cells.ts";
import { changedPages } from "../../runtime/core/btree/changed-pages.ts";
import {
  compareTables,
  type RowChange,
  type TableComparison,
} from "../../runtime/core/btree/compare-tables.ts";
import { PageFile } from "../../runtime/core/btree/page-file.ts";
import { storedTables } from "../../runtime/core/btree/schema-table.ts";
import { blockFile } from "../../runtime/core/btree/stored-blocks.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { BlockIndex } from "../../runtime/core/format/block-index.ts";
import { isBlock } from "../../runtime/core/format/blocks.ts";
import { blockKey, type ManifestDatabase } from "../../runtime/core/format/manifest.ts";
import { formatCount } from "../../runtime/core/quantities.ts";
import { type SqlValue, valueText } from "../../runtime/core/sqlite/values.ts";
import type { ObjectStore } from "../../runtime/core/store/object-store.ts";
import { readIndexes } from "../../runtime/publisher/publish/published.ts";
import type { AwsClients } from "../aws/clients.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { compareVersions, describeDifference } from "./compare-versions.ts";
import { openSite } from "./open-site.ts";
import { requireVersion } from "./versions.ts";
import { damaged } from "./write-database.ts";

/** Rows of a table that are compared, and those that are printed. */
const MOST_ROWS = 10_000;
/** Of the rows of a table that are listed. */
const MOST_BYTES = 256 * 1024 * 1024;
const PRINTED_ROWS = 20;
/** Milliseconds for all of it. */
const LONGEST_MS = 300_000;
/** Bytes of pages of a file that are kept while they are compared. */
const ROOM = 256 * 1024 * 1024;
const LONGEST_VALUE = 60;

interface ComparedTable extends TableComparison {
  database: string;
  table: string;
}

export interface DiffRequest {
  site: string;
  from: number;
  /** null: the current version. */
  to: number | null;
  /** End with an error (`differs`) when there are differences, so that scripts can ask. */
  failIfDifferent: boolean;
}

/** Throws a DslError: no such site or version, a damaged bucket, or `differs`. */
export async function diffVersions(
  clients: AwsClients,
  { site: name, from, to, failIfDifferent }: DiffRequest,
  reporter: Reporter,
): Promise<void> {
  const site = await openSite(clients, name);
  const before = await requireVersion(site, from);
  const after = await requireVersion(site, to ?? site.published.manifest.version);
  const indexes = await readIndexes(site.store, [before, after]);
  const blocksOf = ({ index }: ManifestDatabase) => indexes.get(index)?.blocks ?? [];
  const differences = compareVersions(before.databases, after.databases, blocksOf);
  const tables: ComparedTable[] = [];
  const step = reporter.step(`Comparing versions ${before.version} and ${after.version}`);
  const ends = performance.now() + LONGEST_MS;
  for (const { database, change } of differences) {
    if (change !== "changed") continue;
    const states = [before, after].map(({ databases }) => {
      const found = databases.find((each) => each.name === database)!;
      const index = indexes.get(found.index);
      if (index === undefined) throw damaged(site.store, `the block list of ${database}`);
      return { index, tables: found.inspection.tables };
    });
    const names = states[1]!.tables
      .filter(
        ({ hidden, name: table }) => !hidden && states[0]!.tables.some((old) => old.name === table),
      )
      .map(({ name: table }) => table);
    const [old, now] = await Promise.all(states.map(({ index }) => openFile(site.store, index)));
    for await (const found of compared(old!, now!, names, ends))
      tables.push({ ...found, database });
  }
  step.done();
  const changed = tables.filter(({ rows, stopped }) => rows.length > 0 || stopped !== null);
  const lines = [...differences.flatMap(describeDifference), ...changed.flatMap(tableLines)];
  const isSameData = lines.length === 0;
  reporter.result(
    isSameData ? [`Versions ${before.version} and ${after.version} have the same data.`] : lines,
    {
      site: name,
      from: before.version,
      to: after.version,
      databases: differences.map(({ newBlocks, ...rest }) => ({ ...rest, new_blocks: newBlocks })),
      tables: changed.map(tableJson),
    },
  );
  if (isSameData || !failIfDifferent) return;
  throw new DslError(
    "differs",
    `Versions ${before.version} and ${after.version} of ${name} differ`,
    `dsl rollback ${name} ${before.version} publishes the older data again`,
  );
}

function openFile(store: ObjectStore, index: BlockIndex): Promise<PageFile> {
  return PageFile.open(
    blockFile(index, async (sha256, length) => {
      const stored = await store.get(blockKey(sha256));
      if (stored === null) throw damaged(store, `block ${sha256}`);
      const bytes = zstdDecompressSync(stored.body, { maxOutputLength: length });
      if (!isBlock(bytes, sha256, length)) throw damaged(store, `block ${sha256}`);
      return bytes;
    }),
    () => true,
    ROOM,
  );
}

async function* compared(
  before: PageFile,
  after: PageFile,
  names: readonly string[],
  ends: number,
): AsyncGenerator<Omit<ComparedTable, "database">> {
  const goesOn = () => performance.now() < ends;
  const changed =
    before.pageSize === after.pageSize ? await changedPages(before, after, goesOn) : null;
  const [old, now] = [await storedTables(before), await storedTables(after)];
  for (const table of names) {
    const one = old.find(({ name }) => name === table);
    const other = now.find(({ name }) => name === table);
    if (one === undefined || other === undefined) continue;
    if (changed === null) {
      const stopped = "too much changed to compare rows";
      yield { table, columns: { before: [], after: [] }, primaryKey: [], rows: [], stopped };
      continue;
    }
    const limits = { mostRows: MOST_ROWS, mostBytes: MOST_BYTES, goesOn };
    const states = [
      { file: before, table: one },
      { file: after, table: other },
    ] as const;
    yield { table, ...(await compareTables(...states, changed, limits)) };
  }
}

function tableLines({ database, table, columns, rows, stopped }: ComparedTable): string[] {
  const count = (change: RowChange["change"]) => rows.filter((row) => row.change === change).length;
  const more = rows.length - PRINTED_ROWS;
  return [
    `${database}.${table}: ${count("added")} added, ${count("removed")} removed, ${count("changed")} changed`,
    ...(stopped === null ? [] : [`  not all of it: ${stopped}`]),
    ...rows.slice(0, PRINTED_ROWS).map((row) => `  ${rowLine(columns, row)}`),
    ...(more > 0 ? [`  and ${formatCount(more, "more row")}; --json has all of them`] : []),
  ];
}

function rowLine(columns: TableComparison["columns"], row: RowChange): string {
  const { key, before, after } = row;
  const name = key.map(shown).join(", ");
  if (before !== null && after !== null) {
    const cells = changedCells(columns, before, after);
    return `~ ${name}: ${cells.map(([column, cell]) => `${column} ${shown(cell.before)} → ${shown(cell.after)}`).join("; ")}`;
  }
  const names = after === null ? columns.before : columns.after;
  const values = (after ?? before)!.map((value, at) => `${names[at]} ${shown(value)}`);
  return `${after === null ? "-" : "+"} ${name}: ${values.join("; ")}`;
}

function shown(value: SqlValue): string {
  if (value === null) return "NULL";
  if (value instanceof Uint8Array) return `BLOB of ${formatCount(value.length, "byte")}`;
  const text = typeof value === "string" ? JSON.stringify(value) : valueText(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

function tableJson({ database, table, columns, primaryKey, rows, stopped }: ComparedTable) {
  return {
    database,
    table,
    primary_keys: primaryKey,
    complete: stopped === null,
    stopped,
    columns,
    rows: rows.map(({ change, key, before, after }) => ({
      change,
      key: key.map(plain),
      before: before?.map(plain) ?? null,
      after: after?.map(plain) ?? null,
    })),
  };
}

/** As JSON has it: whole numbers that it would round become text, BLOBs base64. */
function plain(value: SqlValue): unknown {
  if (typeof value === "bigint") {
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  }
  if (value instanceof Uint8Array)
    return { $base64: true, encoded: Buffer.from(value).toString("base64") };
  return value;
}
