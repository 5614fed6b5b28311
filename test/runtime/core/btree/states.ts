/** States of a database as files in blocks, and what plain SQL says of the difference. */
import { hash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { changedPages } from "../../../../runtime/core/btree/changed-pages.ts";
import {
  compareTables,
  type TableComparison,
} from "../../../../runtime/core/btree/compare-tables.ts";
import { PageFile } from "../../../../runtime/core/btree/page-file.ts";
import { storedTables } from "../../../../runtime/core/btree/schema-table.ts";

export class States {
  readonly folder = mkdtempSync(join(tmpdir(), "dsl-states-"));
  readonly path = join(this.folder, "now.db");
  readonly database = new Database(this.path);
  /** Blocks that were read by the last comparison. */
  blocksRead = 0;

  constructor(pragmas = "") {
    this.database.exec(`pragma journal_mode = delete; pragma synchronous = off; ${pragmas}`);
  }

  bytes(): Buffer {
    return readFileSync(this.path);
  }

  async compare(
    before: Buffer,
    after: Buffer,
    table: string,
    { blockSize = 16 * 1024, mostRows = 100_000, mostBytes = 1e9, mostPages = 1e9 } = {},
  ): Promise<TableComparison> {
    this.blocksRead = 0;
    let pages = 0;
    const goesOn = () => ++pages <= mostPages;
    const open = (bytes: Buffer) => PageFile.open(this.#blocks(bytes, blockSize), goesOn);
    const [old, now] = [await open(before), await open(after)];
    const limits = { mostRows, mostBytes, goesOn };
    const changed = await changedPages(old, now, () => true);
    const find = async (file: PageFile) => ({
      file,
      table: (await storedTables(file)).find(({ name }) => name === table)!,
    });
    return compareTables(await find(old), await find(now), changed!, limits);
  }

  /** By plain SQL over all rows: those of one state that the other does not have, by their values and types. */
  full(
    before: Buffer,
    table: string,
    columns: readonly string[],
  ): { gone: string[]; came: string[] } {
    const old = join(this.folder, "old.db");
    writeFileSync(old, before);
    const terms = columns.map((name) => `quote("${name}")`).join(", ");
    const side = (one: string, other: string) =>
      this.database
        .prepare(
          `select ${terms} from ${one}."${table}" except select ${terms} from ${other}."${table}"`,
        )
        .raw()
        .all()
        .map((row) => (row as string[]).join("|"))
        .sort();
    this.database.exec(`attach '${old}' as old`);
    try {
      return { gone: side("old", "main"), came: side("main", "old") };
    } finally {
      this.database.exec("detach old");
    }
  }

  close(): void {
    this.database.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #blocks(bytes: Buffer, blockSize: number) {
    const parts: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += blockSize)
      parts.push(bytes.subarray(at, at + blockSize));
    return {
      size: bytes.length,
      blockSize,
      blocks: parts.map((part) => hash("sha256", part)),
      read: async (block: number) => {
        this.blocksRead++;
        return parts[block]!;
      },
    };
  }
}
