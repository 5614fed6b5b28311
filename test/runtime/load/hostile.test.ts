/** Files that are damaged, absurd or meant to do harm: a clear error or a right table, never a hang. */
import { readdirSync, readFileSync } from "node:fs";
import { strToU8, unzipSync, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { temporaryDirectory } from "../../temporary-directory.ts";
import { type Content, convertFiles, failure, query } from "./converting.ts";

const golden = (name: string) => readFileSync(new URL(`golden/${name}`, import.meta.url));
const convertOne = (name: string, content: Content) =>
  convertFiles(temporaryDirectory(), { [name]: content });

/** The golden workbook or document with one of its parts changed. */
function withPart(file: string, part: string, change: (xml: string) => string): Uint8Array {
  const parts = unzipSync(golden(file));
  return zipSync({ ...parts, [part]: strToU8(change(new TextDecoder().decode(parts[part]))) });
}

/** A ZIP whose directory claims that its file has 5 GB (as far as 32 bits go). */
function withClaimedSize(): Uint8Array {
  const zip = Buffer.from(zipSync({ "t.csv": strToU8("a,b\n1,2\n".repeat(1000)) }));
  zip.writeUInt32LE(0xfffffff0, zip.lastIndexOf("PK\u0001\u0002") + 24);
  return zip;
}

const columns = (count: number) => Array.from({ length: count }, (_, i) => `c${i}`).join(",");
const MB = 1024 * 1024;

describe("An error says what is wrong", () => {
  test.each<[string, string, Content, string]>([
    ["an empty file", "t.csv", "", "empty_file"],
    ["only a BOM", "t.csv", "\ufeff", "empty_file"],
    ["only blank lines", "t.csv", "\n\n\n", "empty_file"],
    ["10,000 columns", "t.csv", `${columns(10_000)}\n${columns(10_000)}\n`, "too_many_columns"],
    ["a row with 10,000 cells", "t.csv", `a,b\n1,2\n${columns(10_000)}\n`, "too_many_columns"],
    ["a line of 20 MB", "t.csv", `a,b\n${"x".repeat(20 * MB)}`, "row_too_long"],
    ["a quote that swallows 20 MB", "t.csv", `a,b\n"${"x,\n".repeat(7 * MB)}`, "unclosed_quote"],
    [
      "bytes that are no text",
      "t.db",
      Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7919) % 23)),
      "not_a_table",
    ],
    ["a web page", "t.data", "<!DOCTYPE html><html><body>Not found</body></html>", "not_a_table"],
    ["an old Excel file", "t.xls", Buffer.from("d0cf11e0a1b11ae1", "hex"), "not_a_table"],
    ["a Git LFS pointer", "t", "version https://git-lfs.github.com/spec/v1\n", "not_a_table"],
    ["1,000,000 open brackets", "t.json", "[".repeat(1_000_000), "nested_too_deep"],
    [
      "JSON with 10,000 keys",
      "t.json",
      `[{${Array.from({ length: 10_000 }, (_, i) => `"k${i}":1`)}}]`,
      "too_many_columns",
    ],
    [
      "a Parquet footer of 4 GB",
      "t.parquet",
      Buffer.from("PAR1aaaaaaaa\xff\xff\xff\xffPAR1", "latin1"),
      "damaged_parquet",
    ],
    [
      "Parquet without a footer",
      "t.parquet",
      golden("orders-snappy.parquet").subarray(0, 700),
      "damaged_parquet",
    ],
    ["a ZIP that claims 5 GB", "t.zip", withClaimedSize(), "damaged_archive"],
    [
      "zstd with a window of 2 TB",
      "t.csv.zst",
      Buffer.from("28b52ffd00f8000000", "hex"),
      "damaged_archive",
    ],
    [
      "a workbook that is cut off inside",
      "t.xlsx",
      withPart("orders.xlsx", "xl/worksheets/sheet1.xml", (xml) => xml.slice(0, 900)),
      "damaged_spreadsheet",
    ],
    [
      "a workbook with tags in tags in tags",
      "t.xlsx",
      withPart("orders.xlsx", "xl/workbook.xml", () => "<a>".repeat(100_000)),
      "damaged_spreadsheet",
    ],
    [
      "a workbook with entities in entities",
      "t.xlsx",
      withPart(
        "formulas.xlsx",
        "xl/worksheets/sheet1.xml",
        (xml) =>
          `<!DOCTYPE x [<!ENTITY a "&b;&b;"><!ENTITY b "boom">]>${xml.replace("<v>42</v>", "<v>&a;</v>")}`,
      ),
      "damaged_spreadsheet",
    ],
    [
      "a document with a billion rows",
      "t.ods",
      withPart("orders.ods", "content.xml", (xml) =>
        xml.replace(/number-rows-repeated="2"/, 'number-rows-repeated="1000000000"'),
      ),
      "too_many_rows",
    ],
    [
      "a document with a billion columns",
      "t.ods",
      withPart("orders.ods", "content.xml", (xml) =>
        xml.replace(
          '<table:table-cell office:value-type="boolean"',
          '<table:table-cell table:number-columns-repeated="1000000000" office:value-type="boolean"',
        ),
      ),
      "too_many_columns",
    ],
  ])("%s", async (_, name, content, code) => {
    const error = await failure(convertOne(name, content));
    expect(error).toMatchObject({ code });
    expect(error.hint).not.toBe("");
  });

  test("what a failed conversion leaves is nothing", async () => {
    const directory = temporaryDirectory();
    await failure(convertFiles(directory, { "t.csv": 'a,b\n1,"x' }));
    expect(readdirSync(directory)).toEqual(["t.csv"]);
  });
});

describe("What can be read is read right", () => {
  test("2,000 columns", async () => {
    const { path } = await convertOne("t.csv", `${columns(2000)}\n${columns(2000)}\n`);
    expect(query(path, "SELECT c0, c1999 FROM t")).toEqual([["c0", "c1999"]]);
  });

  test("NUL characters in cells, and in names of columns", async () => {
    const { path } = await convertOne("t.csv", "a\0b,other names\nx\0y,1\nlonger,2\n");
    expect(query(path, 'SELECT "a\ufffdb" FROM t')).toEqual([["x\0y"], ["longer"]]);
  });

  test("names that are SQL, or SQLite's own", async () => {
    const header = '"x"" INTEGER); DROP TABLE t; --",select,rowid';
    const { path, report } = await convertOne('a"; DROP TABLE t.csv', `${header}\n1,2,3\n`);
    const { path: own } = await convertOne("sqlite_master.csv", "a\n1\n");
    expect(report.tables[0]!.table).toBe('a"; DROP TABLE t');
    expect(query(path, 'SELECT * FROM "a""; DROP TABLE t"')).toEqual([[1, 2, 3]]);
    expect(query(own, "SELECT * FROM _sqlite_master")).toEqual([[1]]);
  });

  test("a cell far to the right of a sheet is beyond a table's columns, one below them all is a row", async () => {
    const moved = (reference: string) =>
      withPart("formulas.xlsx", "xl/worksheets/sheet1.xml", (xml) =>
        xml.replace('r="A2"', `r="${reference}"`),
      );
    expect(await failure(convertOne("t.xlsx", moved("XFD2")))).toMatchObject({
      code: "too_many_columns",
    });
    const { report } = await convertOne("t.xlsx", moved("ZZZZZZZ2"));
    expect(report.tables[0]!.rows).toBe(1);
  });
});
