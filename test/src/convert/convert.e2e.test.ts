import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../temporary-directory.ts";
import { runCli } from "../cli/run-cli.ts";

const SALES = "id,city,zip,sold\n1,Bonn,01234,25.12.2024\n2,Köln,55555,1.2.2023\n";

/** A folder with sales.csv in it, to run dsl in. */
function folder(): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "sales.csv"), SALES);
  return directory;
}

test("dsl convert says what it made of a file, and the second time that nothing changed", async () => {
  const cwd = folder();
  const first = await runCli(["convert", "sales.csv", "-o", "out.db"], { cwd });
  expect(first.stdout).toContain("sales: 2 rows from sales.csv (CSV, commas, utf-8)");
  expect(first.stdout).toContain(
    "id INTEGER, city TEXT, zip TEXT, sold TEXT (dates, were DD.MM.YYYY)",
  );
  expect(first.stdout).toMatch(/Wrote out\.db in [\d.]+ s/);
  const bytes = readFileSync(join(cwd, "out.db"));
  const second = await runCli(["convert", "sales.csv", "-o", "out.db"], { cwd });
  expect(second).toMatchObject({ exitCode: 0 });
  expect(second.stdout).toContain("nothing was changed");
  expect(readFileSync(join(cwd, "out.db"))).toEqual(bytes);
});

test("all options reach the conversion, and --report keeps what was decided", async () => {
  const cwd = folder();
  writeFileSync(join(cwd, "zips.csv"), "zip;name\n01234;A\n55555;B\n");
  const options = [
    "--pk",
    "sales.id",
    "--pk",
    "zips.zip",
    "--type",
    "city=text",
    "--fk",
    "sales.zip=zips.zip",
  ];
  const more = ["--fts", "city", "--index", "zip,city", "--header", "--encoding", "utf-8"];
  const run = await runCli(
    [
      "convert",
      "sales.csv",
      "zips.csv",
      "-o",
      "out.db",
      ...options,
      ...more,
      "--report",
      "r.json",
      "--json",
    ],
    { cwd },
  );
  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  const report = JSON.parse(readFileSync(join(cwd, "r.json"), "utf8"));
  expect(report.tables[0].columns[3]).toEqual({
    name: "sold",
    type: "TEXT",
    empty: 0,
    dates: "DD.MM.YYYY",
  });
  const result = run.stdout
    .split("\n")
    .map((line) => JSON.parse(line))
    .at(-1);
  expect(result).toMatchObject({ event: "result", output: "out.db", changed: true });
  const served = await runCli(["serve", "out.db", "--get", "/out/-/schema.json"], { cwd });
  const { schema } = JSON.parse(served.stdout);
  expect(schema).toContain('"id" INTEGER PRIMARY KEY');
  expect(schema).toContain('"zip" TEXT REFERENCES "zips"("zip")');
  expect(schema).toContain('CREATE INDEX "idx_sales_zip_city" ON "sales" ("zip", "city")');
  expect(schema).toContain('CREATE VIRTUAL TABLE "sales_fts"');
});

test("dsl serve takes data files, named without their endings", async () => {
  const cwd = folder();
  writeFileSync(join(cwd, "more.csv.gz"), gzipSync(SALES));
  const get = (path: string) =>
    runCli(["serve", "sales.csv", "more.csv.gz", "--get", path, "--quiet"], { cwd });
  const { stdout } = await get("/more/more.json?_shape=array&_nl=on");
  expect(JSON.parse(stdout.split("\n")[0]!)).toMatchObject({
    id: 1,
    zip: "01234",
    sold: "2024-12-25",
  });
});

test.each([
  [["nope.csv", "-o", "out.db"], 1, "There is no file nope.csv"],
  [[".", "-o", "out.db"], 1, ". is a directory, not a data file"],
  [["sales.csv", "-o", "no/such/out.db"], 1, "The folder of no/such/out.db does not exist"],
  [["sales.csv", "-o", "."], 1, ". is a directory, not a file that could be written"],
  [["sales.csv", "-o", "out.db", "--report", "."], 1, ". is a directory, not a file that could"],
  [["sales.csv", "-o", "out.db", "--report", "no/r.json"], 1, "The folder of no/r.json does not"],
  [["sales.csv", "-o", "sales.csv"], 1, "sales.csv is there and is no SQLite database"],
  [["sales.csv"], 2, "Required option '-o, --output <file>' not specified"],
  [["sales.csv", "-o", "out.db", "--upsert"], 2, "--upsert needs to know which rows are the same"],
  [["sales.csv", "-o", "out.db", "--pk", "nope"], 2, "There is no column nope in sales"],
  [["sales.csv", "-o", "out.db", "--type", "id=NUMBER"], 2, "INTEGER, REAL, TEXT or BLOB"],
  [["sales.csv", "-o", "out.db", "--fk", "zip=zips.zip"], 2, "There is no table zips"],
  [["sales.csv", "sales.csv", "-o", "out.db"], 2, "would both become the table sales"],
  [["sales.csv", "-o", "out.db", "--delimiter", "ab"], 2, "It must be one character"],
])("dsl convert %s is refused", async (args, exitCode, message) => {
  const cwd = folder();
  const run = await runCli(["convert", ...args], { cwd });
  expect(run).toMatchObject({ exitCode });
  expect(run.stderr).toContain(message);
  expect(existsSync(join(cwd, "out.db"))).toBe(false);
});
