import { expect, test } from "vitest";
import { temporaryDirectory } from "../../temporary-directory.ts";
import { type Content, columnsOf, convertFiles, failure, query } from "./converting.ts";

const rowsOf = async (content: Content, rules = {}) => {
  const converted = await convertFiles(temporaryDirectory(), { "t.csv": content }, rules);
  return query(converted.path, 'SELECT * FROM "t"');
};

test("a table is named after its file, columns after the header", async () => {
  const converted = await convertFiles(temporaryDirectory(), {
    "Sales 2024.csv": "id,City name\n1,Bonn\n",
  });
  expect(converted.report.tables[0]).toMatchObject({ table: "Sales 2024", rows: 1 });
  expect(query(converted.path, "SELECT sql FROM sqlite_schema")).toEqual([
    ['CREATE TABLE "Sales 2024" (\n   "id" INTEGER,\n   "City name" TEXT\n)'],
  ]);
});

test.each([
  [
    "semicolons",
    "a;b\n1;x,y\n2;z\n",
    [
      [1, "x,y"],
      [2, "z"],
    ],
  ],
  [
    "tabs",
    "a\tb\n1\tx, y\n2\tz\n",
    [
      [1, "x, y"],
      [2, "z"],
    ],
  ],
  [
    "pipes",
    "a|b\n1|x\n2|z\n",
    [
      [1, "x"],
      [2, "z"],
    ],
  ],
  ["semicolons that Excel states", "sep=;\na;b\n1;2\n", [[1, 2]]],
  [
    "decimal commas between semicolons",
    "a;b\n1,5;x\n2,5;y\n",
    [
      ["1,5", "x"],
      ["2,5", "y"],
    ],
  ],
  ["CR LF", "a,b\r\n1,2\r\n", [[1, 2]]],
  [
    "CR alone",
    "a,b\r1,2\r3,4",
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ["no line end at the end", "a,b\n1,2", [[1, 2]]],
  [
    "blank lines",
    "a,b\n\n1,2\n\n\n3,4\n",
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ["one column", "a\n1\n2\n", [[1], [2]]],
])("reads %s", async (_, text, rows) => {
  expect(await rowsOf(text)).toEqual(rows);
});

test("quotes hold delimiters, line ends and quotes; text after one still counts", async () => {
  const text = 'a,b\n"x, y","line 1\nline 2"\n"say ""hi""",6" nails\n"odd"ly,\n';
  expect(await rowsOf(text)).toEqual([
    ["x, y", "line 1\nline 2"],
    ['say "hi"', '6" nails'],
    ["oddly", ""],
  ]);
});

test.each([
  ["UTF-8 with BOM", Buffer.from("\ufeffname,n\nMüller,1\n"), "utf-8"],
  ["UTF-16 LE with BOM", Buffer.from("\ufeffname,n\nMüller,1\n", "utf16le"), "utf-16le"],
  ["UTF-16 BE with BOM", Buffer.from("\ufeffname,n\nMüller,1\n", "utf16le").swap16(), "utf-16be"],
  ["UTF-16 without BOM", Buffer.from("name,n\nMüller,1\n", "utf16le"), "utf-16le"],
  ["Windows-1252", Buffer.from("name,n\nM\u00fcller,1\n", "latin1"), "windows-1252"],
])("finds out %s", async (_, bytes, encoding) => {
  const converted = await convertFiles(temporaryDirectory(), { "t.csv": bytes });
  expect(converted.report.tables[0]!.format).toContain(encoding);
  expect(query(converted.path, "SELECT name, n FROM t")).toEqual([["Müller", 1]]);
});

test("Windows-1252 that shows only after the sample is found out, too", async () => {
  const start = "name,note\n".concat("Bonn,plain text\n".repeat(20_000));
  const bytes = Buffer.concat([Buffer.from(start), Buffer.from("K\xf6ln,5 \x80\n", "latin1")]);
  const converted = await convertFiles(temporaryDirectory(), { "t.csv": bytes });
  expect(query(converted.path, "SELECT * FROM t WHERE name <> 'Bonn'")).toEqual([["Köln", "5 €"]]);
  expect(converted.report.tables[0]).toMatchObject({ rows: 20_001 });
});

test("UTF-8 with a damaged character is refused with its line, and read on request", async () => {
  const bytes = Buffer.concat([
    Buffer.from("name\nMüller\nM"),
    Buffer.from([0xc3, 0x28]),
    Buffer.from("ller\n"),
  ]);
  const error = await failure(convertFiles(temporaryDirectory(), { "t.csv": bytes }));
  expect(error).toMatchObject({ code: "invalid_utf8", line: 3 });
  expect(await rowsOf(bytes, { encoding: "utf-8" })).toEqual([["Müller"], ["M\ufffd(ller"]]);
});

test("a first row with numbers like the others is data; one with years names columns", async () => {
  expect(await rowsOf("Berlin,3677472\nHamburg,1906411\n")).toEqual([
    ["Berlin", 3677472],
    ["Hamburg", 1906411],
  ]);
  expect(await rowsOf("country,2019,2020\nDE,12,13\n")).toEqual([["DE", 12, 13]]);
  expect(await rowsOf("Berlin,3677472\nHamburg,1906411\n", { header: true })).toHaveLength(1);
  expect(await rowsOf("a,b\nc,d\n", { header: false })).toHaveLength(2);
});

test("names are kept, made unique whatever their case, and never empty", async () => {
  const converted = await convertFiles(temporaryDirectory(), {
    "t.csv": "id,,ID,id_2, x\n1,2,3,4,5\n",
  });
  expect(converted.report.tables[0]!.columns.map(({ name }) => name)).toEqual([
    "id",
    "column_2",
    "ID_3",
    "id_2",
    " x",
  ]);
});

test("short rows end in NULL, long rows get columns and a warning", async () => {
  const converted = await convertFiles(temporaryDirectory(), { "t.csv": "a,b\nx\n1,y,z\nv,w,,\n" });
  expect(query(converted.path, "SELECT * FROM t")).toEqual([
    ["x", null, null],
    ["1", "y", "z"],
    ["v", "w", null],
  ]);
  expect(converted.report.tables[0]!.warnings).toEqual([
    "1 row has more cells than the header, the first in line 3",
  ]);
});

test("a quote that is never closed is an error with its line; between tabs it is a character", async () => {
  const error = await failure(convertFiles(temporaryDirectory(), { "t.csv": 'a,b\n1,"x\n2,y\n' }));
  expect(error).toMatchObject({ code: "unclosed_quote", line: 2 });
  expect(await rowsOf('a\tb\n1\t"x\n2\ty\n')).toEqual([
    [1, '"x'],
    [2, "y"],
  ]);
});

test("what refutes the first thousand rows is taken into account", async () => {
  const lines = Array.from({ length: 5000 }, (_, i) => `${i},${i},${i / 2}`);
  lines[4000] = "4000,n/a,x";
  lines[4500] = "4500.5,1,2,late";
  const converted = await convertFiles(temporaryDirectory(), {
    "t.csv": `a,b,c\n${lines.join("\n")}\n`,
  });
  expect(columnsOf(converted)).toEqual(["a REAL", "b TEXT", "c TEXT", "column_4 TEXT"]);
  expect(query(converted.path, "SELECT * FROM t WHERE rowid IN (2, 4001, 4501)")).toEqual([
    [1, "1", "0.5", null],
    [4000, "n/a", "x", null],
    [4500.5, "1", "2", "late"],
  ]);
});
