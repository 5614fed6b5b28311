import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  type DateStyle,
  serialToIso,
  styleOfCode,
} from "../../../runtime/load/sheet/serial-date.ts";
import { temporaryDirectory } from "../../temporary-directory.ts";
import { columnsOf, convertFiles, query } from "./converting.ts";

const golden = (name: string) => readFileSync(new URL(`golden/${name}`, import.meta.url));
const convertGolden = (name: string, as = name) =>
  convertFiles(temporaryDirectory(), { [as]: golden(name) });

const ORDERS = [
  [
    1,
    "Müller & Söhne",
    "2024-12-31",
    "2024-12-31 13:05:00",
    "08:30:00",
    1.5,
    1,
    "=cmd|' /C calc'!A0",
  ],
  [2, "line 1\nline 2", "1900-01-01", "2000-02-29 00:00:01", "23:59:59", 20, 0, null],
];

test("XLSX: each sheet with content is a table, dates are dates, errors are empty, hidden sheets are left out", async () => {
  const converted = await convertGolden("orders.xlsx");
  const { report, path } = converted;
  expect(report.tables.map(({ table, rows }) => [table, rows])).toEqual([
    ["Orders", 3],
    ["Zips", 1],
  ]);
  expect(report.warnings).toEqual(["The hidden sheet Secret in orders.xlsx was left out"]);
  expect(columnsOf(converted).join(", ")).toBe(
    "id INTEGER, Customer TEXT, Ordered TEXT, At TEXT, Took TEXT, Price REAL, Paid INTEGER, Note TEXT, Sum INTEGER",
  );
  expect(query(path, "SELECT * FROM Orders")).toEqual([
    [...ORDERS[0]!, null],
    [...ORDERS[1]!, null],
    [3, null, null, null, null, -0.25, null, "007", 3],
  ]);
  expect(report.tables[0]!.warnings.join()).toContain("1 formulas have no result in the file");
  expect(query(path, "SELECT * FROM Zips")).toEqual([["01234", 1]]);
});

test("formulas are their results; the only sheet is named after the file", async () => {
  const { path, report } = await convertGolden("formulas.xlsx");
  expect(report.tables[0]).toMatchObject({ table: "formulas", warnings: [] });
  expect(query(path, "SELECT * FROM formulas")).toEqual([[21, 42, "xy", "2024-01-02", null]]);
});

test("ODS: repeated rows are rows, the million empty ones at the end are none", async () => {
  const { path, report } = await convertGolden("orders.ods");
  expect(report.tables[0]).toMatchObject({ table: "orders", rows: 3, format: "ODS, sheet Orders" });
  expect(query(path, "SELECT * FROM orders")).toEqual([ORDERS[0], ORDERS[1], ORDERS[1]]);
});

test.each(["xlsx", "ods"])("what LibreOffice writes as %s", async (format) => {
  const { path, report } = await convertGolden(`libreoffice.${format}`);
  expect(report).toMatchObject({ warnings: [], tables: [{ warnings: [] }, { warnings: [] }] });
  expect(query(path, "SELECT * FROM Orders")).toEqual([
    [1, "2024-12-31", "2025-01-02 13:05:00", 12.5, 25, 1, "=cmd|' /C calc'!A0"],
    [2, "2024-02-29", null, 3, 6, 0, "Grüße, zwei\nZeilen"],
  ]);
  expect(query(path, "SELECT * FROM Zips")).toEqual([
    ["01067", "Dresden"],
    ["10115", "Berlin"],
  ]);
});

test.each(["snappy", "zstd", "gzip", "brotli", "lz4_raw"])("Parquet with %s", async (codec) => {
  const converted = await convertGolden(`orders-${codec}.parquet`, "orders.parquet");
  expect(columnsOf(converted).join(", ")).toBe(
    "id INTEGER, name TEXT, day TEXT, at TEXT, price REAL, ok INTEGER, list TEXT, rec TEXT, raw BLOB, big INTEGER, r REAL",
  );
  expect(query(converted.path, "SELECT * FROM orders")).toEqual([
    [
      1,
      "Müller",
      "2024-12-31",
      "2024-12-31 13:05:00.25",
      12.99,
      1,
      "[1,2]",
      '{"a":1,"b":"x"}',
      Buffer.from([1, 2]),
      9223372036854775807n,
      1.5,
    ],
    [2, null, null, null, 0.57, 0, null, null, null, 1, null],
  ]);
});

test.each<[number, DateStyle, boolean, string | null]>([
  [1, "date", false, "1900-01-01"],
  [59, "date", false, "1900-02-28"],
  [61, "date", false, "1900-03-01"],
  [45_657, "date", false, "2024-12-31"],
  [45_657.545138888891, "date", false, "2024-12-31 13:05:00"],
  [45_656.999999, "date", false, "2024-12-31"],
  [0, "date", true, "1904-01-01"],
  [0.5, "time", false, "12:00:00"],
  [1.5, "duration", false, "36:00:00"],
  [-1, "date", false, null],
  [1e300, "date", false, null],
])("Excel's number %s as a %s is %4$s", (serial, style, is1904, iso) => {
  expect(serialToIso(serial, style, is1904)).toBe(iso);
});

test.each<[string, DateStyle | null]>([
  ["General", null],
  ["0.00", null],
  ['#,##0.00 "dkr"', null],
  ["[Red]-0.0", null],
  ["0.00E+00", null],
  ["yyyy-mm-dd", "date"],
  ["[$-407]d. mmmm yyyy;@", "date"],
  ["mmm", "date"],
  ["h:mm AM/PM", "time"],
  ["mm:ss", "time"],
  ["[h]:mm:ss", "duration"],
])("numbers with the format %s are a %s", (code, style) => {
  expect(styleOfCode(code)).toBe(style);
});
