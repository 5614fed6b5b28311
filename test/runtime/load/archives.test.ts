import { readFileSync } from "node:fs";
import { gzipSync, zstdCompressSync } from "node:zlib";
import Database from "better-sqlite3";
import { zipSync } from "fflate";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../temporary-directory.ts";
import { convertFiles, failure, query } from "./converting.ts";

const CSV = Buffer.from("a,b\n1,x\n2,y\n");
const ROWS = [
  [1, "x"],
  [2, "y"],
];
const golden = (name: string) => readFileSync(new URL(`golden/${name}`, import.meta.url));

test.each([
  ["gzip", "t.csv.gz", gzipSync(CSV)],
  ["zstd", "t.csv.zst", zstdCompressSync(CSV)],
  ["gzip in gzip", "t.csv.gz.gz", gzipSync(gzipSync(CSV))],
  [
    "gzip of several members",
    "t.csv.gz",
    Buffer.concat([gzipSync("a,b\n1,x\n"), gzipSync("2,y\n")]),
  ],
  ["ZIP", "all.zip", zipSync({ "folder/t.csv": CSV })],
  ["gzip in ZIP", "all.zip", zipSync({ "t.csv.gz": gzipSync(CSV) })],
])("reads what is in %s", async (_, name, bytes) => {
  const { path } = await convertFiles(temporaryDirectory(), { [name]: bytes });
  expect(query(path, "SELECT * FROM t")).toEqual(ROWS);
});

test("a ZIP with several files becomes several tables, spreadsheets in it as well; other files are named", async () => {
  const bytes = zipSync({
    "a.csv": CSV,
    "b.ndjson": Buffer.from('{"n":1}\n'),
    "c.parquet": golden("orders-snappy.parquet"),
    "d.xlsx": golden("formulas.xlsx"),
    "README.txt": Buffer.from("hello"),
    "__MACOSX/._a.csv": Buffer.from([0]),
  });
  const { report } = await convertFiles(temporaryDirectory(), { "all.zip": bytes });
  expect(report.tables.map(({ table }) => table).sort()).toEqual(["a", "b", "c", "d"]);
  expect(report.warnings.join()).toContain("README.txt in all.zip was left out");
});

test("SQLite: tables with keys, indexes and views are copied as they are, search indexes with a warning left out", async () => {
  const directory = temporaryDirectory();
  const source = new Database(`${directory}/shop.db`);
  source.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(10) NOT NULL);
    INSERT INTO t VALUES (7, 'x'); CREATE INDEX i ON t (v); CREATE VIEW w AS SELECT v FROM t;
    CREATE VIRTUAL TABLE s USING fts5(v)`);
  source.close();
  const bytes = readFileSync(`${directory}/shop.db`);
  const { path, report } = await convertFiles(directory, {
    "shop.db.gz": gzipSync(bytes),
    "more.csv": CSV,
  });
  expect(query(path, "SELECT type, name FROM sqlite_schema ORDER BY name")).toEqual([
    ["index", "i"],
    ["table", "more"],
    ["table", "t"],
    ["view", "w"],
  ]);
  expect(query(path, "SELECT * FROM t")).toEqual([[7, "x"]]);
  expect(report.warnings).toEqual(["s in shop.db was left out: it is a virtual table"]);
});

test.each([
  [
    "gzip that is cut off",
    "t.csv.gz",
    gzipSync("a,b\n".repeat(100_000)).subarray(0, 200),
    "damaged_archive",
  ],
  [
    "zstd that is cut off",
    "t.csv.zst",
    zstdCompressSync("a,b\n".repeat(100_000)).subarray(0, 20),
    "damaged_archive",
  ],
  ["a ZIP that is cut off", "t.zip", zipSync({ "t.csv": CSV }).subarray(0, 60), "damaged_archive"],
  ["a ZIP without tables", "t.zip", zipSync({ "README.txt": CSV }), "no_tables"],
  [
    "archives in archives",
    "t.zip",
    zipSync({ "t.csv.gz": gzipSync(gzipSync(gzipSync(CSV))) }),
    "nested_archives",
  ],
])("%s is an error", async (_, name, bytes, code) => {
  expect(await failure(convertFiles(temporaryDirectory(), { [name]: bytes }))).toMatchObject({
    code,
  });
});
