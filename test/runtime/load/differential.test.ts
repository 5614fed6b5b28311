/**
 * Types beside those that sqlite-utils 3.30 gives (`insert --csv --detect-types`), recorded in
 * golden/csv/sqlite-utils.json: they are the same but for the differences that docs/convert.md gives
 * reasons for, which are listed here one by one.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../temporary-directory.ts";
import { convertFiles, query } from "./converting.ts";

const FOLDER = fileURLToPath(new URL("golden/csv/", import.meta.url));

interface Recorded {
  rows: number;
  types: Record<string, string>;
  /** Values that are numbers, of columns of numbers. */
  numbers: Record<string, number>;
}
const RECORDED = JSON.parse(readFileSync(`${FOLDER}sqlite-utils.json`, "utf8")) as Record<
  string,
  Recorded
>;

/** "file: column: theirs → ours", and why. */
const DIFFERENCES: Record<string, string> = {
  "members.csv: member: INTEGER → TEXT": "leading zeros",
  "members.csv: phone: INTEGER → TEXT": "a leading plus",
  "members.csv: factor: INTEGER → TEXT": "only Python reads 1_000 as a number",
  "members.csv: id_text: INTEGER → TEXT": "beyond 64 bits",
  "members.csv: nothing: INTEGER → TEXT": "no cell says that it holds numbers",
  "members.csv: zip: INTEGER → TEXT": "leading zeros",
  "measured.csv: code: INTEGER → TEXT": "in quotes, where others are not",
  "measured.csv: percent: REAL → TEXT": "SQLite has no nan and inf",
  "species.csv: county_id: INTEGER → TEXT": "leading zeros",
  "zipcodes.csv: zip_code: INTEGER → TEXT": "leading zeros",
};

async function converted(file: string) {
  const content = readFileSync(FOLDER + file);
  return convertFiles(temporaryDirectory(), { [file]: content }, { header: true });
}

const files = readdirSync(FOLDER).filter((name) => !name.endsWith(".json"));

test("every file is recorded", () => {
  expect(Object.keys(RECORDED).toSorted()).toEqual(files.toSorted());
});

test("types are those of sqlite-utils, but for the differences that have a reason", async () => {
  const found: string[] = [];
  for (const file of files) {
    const { report, path } = await converted(file);
    const { rows, columns, table } = report.tables[0]!;
    const theirs = RECORDED[file]!;
    expect(rows, file).toBe(theirs.rows);
    expect(
      columns.map(({ name }) => name),
      file,
    ).toEqual(Object.keys(theirs.types));
    for (const { name, type } of columns) {
      if (type !== theirs.types[name]) {
        found.push(`${file}: ${name}: ${theirs.types[name]} → ${type}`);
      } else if (type !== "TEXT") {
        const count = `SELECT count("${name}") FROM "${table}"`;
        expect(query(path, count), `${file}: ${name}`).toEqual([[theirs.numbers[name]]]);
      }
    }
  }
  expect(found.toSorted()).toEqual(Object.keys(DIFFERENCES).toSorted());
});
