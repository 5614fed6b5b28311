/** What SQLite's `dbhash` does: one hash of the schema and of all rows, whatever the file looks like. */
import { createHash } from "node:crypto";
import Database from "better-sqlite3";

export function contentHash(path: string): string {
  const database = new Database(path, { readonly: true });
  try {
    database.defaultSafeIntegers();
    const hash = createHash("sha256");
    const add = (value: unknown) => {
      const bytes = Buffer.isBuffer(value) ? value : Buffer.from(String(value));
      hash
        .update(`${Buffer.isBuffer(value) ? "blob" : typeof value} ${bytes.length} `)
        .update(bytes);
    };
    const schema = database
      .prepare<[], [string, string, string | null]>(
        "select type, name, sql from sqlite_schema order by type, name",
      )
      .raw();
    for (const [type, name, sql] of schema.all()) {
      for (const part of [type, name, sql]) add(part);
      if (type !== "table" || /^create virtual/i.test(sql ?? "")) continue;
      const rows = database.prepare(`select * from "${name.replaceAll('"', '""')}"`).raw();
      for (const row of rows.iterate() as IterableIterator<unknown[]>) row.forEach(add);
    }
    return hash.digest("hex");
  } finally {
    database.close();
  }
}
