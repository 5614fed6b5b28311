import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BadPage, readBtreePage } from "../../../../runtime/publisher/database/btree-page.ts";
import { scrubFreeSpace } from "../../../../runtime/publisher/database/scrub.ts";
import { snapshotDatabase } from "../../../../runtime/publisher/database/snapshot.ts";
import { temporaryDirectory } from "./files.ts";

const SECRET = "deleted-secret";

/** Makes a database, deletes rows with the secret in it, and scrubs a snapshot. */
async function scrubbed(pragmas: string, sql: string) {
  const directory = await temporaryDirectory();
  const path = join(directory, "source.db");
  const database = new Database(path);
  // SQLite's own way of clearing would leave nothing to do.
  database.exec(`PRAGMA secure_delete = OFF; ${pragmas}; ${sql}`);
  const before = dump(database);
  database.close();
  const target = join(directory, "target.db");
  await snapshotDatabase(path, target);
  const copy = readFileSync(target);
  await scrubFreeSpace(target, path);
  const result = new Database(target, { readonly: true });
  const integrity = result.pragma("integrity_check", { simple: true });
  const after = dump(result);
  result.close();
  return { path, target, copy, clean: readFileSync(target), integrity, before, after };
}

/** All rows of all tables. */
function dump(database: Database.Database): unknown {
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck();
  return tables
    .all()
    .map((name) => [name, database.prepare(`SELECT * FROM "${name}"`).raw().all()]);
}

const ROWS = `
  CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, note TEXT);
  CREATE INDEX item_name ON item (name);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
  INSERT INTO item SELECT i,
    iif(i % 3 = 0, '${SECRET} ', 'kept ') || i, printf('%.*c', i % 90, 'x') FROM n;
  DELETE FROM item WHERE name LIKE '${SECRET}%';
`;

describe("What is published holds no deleted rows", () => {
  test.each([512, 1024, 2048, 4096, 8192, 16384, 32768, 65536])(
    "with pages of %i bytes",
    async (size) => {
      const { copy, clean, integrity, before, after } = await scrubbed(
        `PRAGMA page_size = ${size}`,
        ROWS,
      );
      expect(copy.includes(SECRET)).toBe(true);
      expect(clean.includes(SECRET)).toBe(false);
      expect(integrity).toBe("ok");
      expect(after).toEqual(before);
      expect(clean.length).toBe(copy.length);
    },
  );

  test.each(["FULL", "INCREMENTAL"])("with auto_vacuum %s and its pointer maps", async (mode) => {
    const more = `${ROWS} CREATE TABLE gone AS SELECT '${SECRET} gone ' || name AS a FROM item; DROP TABLE gone;`;
    const pragmas = `PRAGMA page_size = 512; PRAGMA auto_vacuum = ${mode}`;
    const { copy, clean, integrity, before, after } = await scrubbed(pragmas, more);
    expect(copy.includes(SECRET)).toBe(true);
    expect(clean.includes(SECRET)).toBe(false);
    expect(integrity).toBe("ok");
    expect(after).toEqual(before);
  });

  test.each([
    [
      "a table that was dropped",
      `CREATE TABLE gone AS SELECT '${SECRET} ' || name AS a FROM item; DROP TABLE gone;`,
    ],
    [
      "a table WITHOUT ROWID",
      `CREATE TABLE pair (a TEXT, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
       INSERT INTO pair SELECT iif(id % 2, '${SECRET}', 'kept') || id, name FROM item;
       DELETE FROM pair WHERE a LIKE '${SECRET}%';`,
    ],
    [
      "rows that overflow their page",
      `CREATE TABLE long (id INTEGER PRIMARY KEY, text TEXT);
       CREATE INDEX long_text ON long (text);
       INSERT INTO long SELECT id, replace(printf('%.*c', id * 40, 'x'), 'x', '${SECRET}') FROM item WHERE id < 90;
       UPDATE long SET text = replace(printf('%.*c', id * 190, 'x'), 'x', 'y');`,
    ],
    [
      "a schema that was changed",
      `CREATE VIEW v AS SELECT '${SECRET}'; DROP VIEW v; ALTER TABLE item RENAME COLUMN note TO remark;`,
    ],
    [
      "a full-text index, once it is optimized",
      `CREATE VIRTUAL TABLE fts USING fts5(name, content=item, content_rowid=id);
       INSERT INTO fts(fts) VALUES ('rebuild');
       INSERT INTO fts(fts, rowid, name) SELECT 'delete', id, name FROM item WHERE id < 100;
       DELETE FROM item WHERE id < 100;
       INSERT INTO fts(fts) VALUES ('optimize');`,
    ],
  ])("of %s", async (_, sql) => {
    const { clean, integrity, before, after } = await scrubbed("", ROWS + sql);
    expect(clean.includes(SECRET)).toBe(false);
    expect(integrity).toBe("ok");
    expect(after).toEqual(before);
  });

  test("whatever is inserted, changed and deleted", async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant("insert" as const), length: fc.integer({ min: 0, max: 3000 }) }),
      fc.record({ do: fc.constant("update" as const), length: fc.integer({ min: 0, max: 3000 }) }),
      fc.record({ do: fc.constant("delete" as const), length: fc.constant(0) }),
    );
    const run = fc.record({
      size: fc.constantFrom(512, 1024, 4096),
      vacuum: fc.constantFrom("NONE", "FULL"),
      steps: fc.array(step, { minLength: 5, maxLength: 60 }),
    });
    await fc.assert(
      fc.asyncProperty(run, async ({ size, vacuum, steps }) => {
        const sql = ["CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE INDEX i ON t (a);"];
        for (const { do: what, length } of steps) {
          const text = `'${SECRET.repeat(Math.ceil(length / SECRET.length))}'`;
          const some = "id = (SELECT id FROM t ORDER BY id * 7919 % 101 LIMIT 1)";
          if (what === "insert") sql.push(`INSERT INTO t (a) VALUES (${text});`);
          if (what === "update") sql.push(`UPDATE t SET a = ${text} WHERE ${some};`);
          if (what === "delete") sql.push(`DELETE FROM t WHERE ${some};`);
        }
        sql.push("UPDATE t SET a = replace(a, 'secret', 'public');");
        const pragmas = `PRAGMA page_size = ${size}; PRAGMA auto_vacuum = ${vacuum}`;
        const { clean, integrity, before, after } = await scrubbed(pragmas, sql.join("\n"));
        expect(clean.includes(SECRET)).toBe(false);
        expect(integrity).toBe("ok");
        expect(after).toEqual(before);
      }),
      { numRuns: 15 },
    );
  });
});

test("scrubbing is deterministic and moves nothing: all that is left is where it was", async () => {
  const { target, copy, clean } = await scrubbed("", ROWS);
  for (const [i, byte] of clean.entries())
    if (byte !== 0 && byte !== copy[i]) throw new Error(`${i}`);
  expect(await scrubFreeSpace(target, "source.db")).toBe(0);
  expect(readFileSync(target).equals(clean)).toBe(true);
});

test("bytes reserved at the end of each page stay as they are", () => {
  const [size, reserved] = [4096, 12];
  const page = Buffer.alloc(size, 0xab);
  // An empty leaf of a table: type 13, no freeblock, no cell, content from the reserved bytes on.
  page.writeUInt8(13, 0);
  page.fill(0, 1, 8);
  page.writeUInt16BE(size - reserved, 5);
  const { clean } = readBtreePage(page, 0, size - reserved);
  expect(clean.subarray(8, size - reserved).every((byte) => byte === 0)).toBe(true);
  expect(clean.subarray(size - reserved).every((byte) => byte === 0xab)).toBe(true);
});

test("a page that is none is refused, whatever is in it", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 512, maxLength: 512 }), (bytes) => {
      try {
        readBtreePage(Buffer.from(bytes), 0, 512);
      } catch (error) {
        expect(error).toBeInstanceOf(BadPage);
      }
    }),
    { numRuns: 2000 },
  );
});

test("a damaged file is an error, and never read in circles", async () => {
  const { path, target, clean } = await scrubbed("PRAGMA page_size = 512", ROWS);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 100, max: clean.length - 4 }),
      fc.integer({ min: 0, max: 0xffffffff }),
      async (at, value) => {
        const damaged = Buffer.from(clean);
        damaged.writeUInt32BE(value, at);
        writeFileSync(target, damaged);
        await scrubFreeSpace(target, path).catch((error: unknown) => {
          expect(error).toMatchObject({ name: "DslError" });
        });
      },
    ),
    { numRuns: 60 },
  );
});
