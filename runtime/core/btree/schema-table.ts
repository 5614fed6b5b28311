/** The tables of a database file, from its own table of them. */
import { wholePayload } from "./node.ts";
import type { PageFile } from "./page-file.ts";
import { readRecord } from "./record.ts";
import { BTree } from "./tree.ts";

export interface StoredTable {
  name: string;
  root: number;
  sql: string;
}

/** Those that have rows of their own; none that SQLite keeps for itself. */
export async function storedTables(file: PageFile): Promise<StoredTable[]> {
  const schema = new BTree(file, 1, 0, (a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const tables: StoredTable[] = [];
  for await (const { cell } of schema.entries({ from: null, to: null })) {
    const record = readRecord(await wholePayload(file, cell.payload!), file.encoding);
    const [type, name, , root, sql] = record;
    if (type !== "table" || typeof name !== "string" || typeof sql !== "string") continue;
    if (Number(root) > 0 && !/^sqlite_/i.test(name)) tables.push({ name, root: Number(root), sql });
  }
  return tables;
}
