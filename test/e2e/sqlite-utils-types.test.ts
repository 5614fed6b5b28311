/**
 * The types that sqlite-utils finds in the same CSV. Where ours differ, the difference is in this list with
 * its reason. What it answers is recorded here (version 3.30), and asked for where it is installed.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { columnsOf, convertFiles, query } from "../runtime/load/converting.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

interface Case {
  cells: string[];
  theirs: string;
  /** Only where it is another. */
  ours?: string;
  because?: string;
}

const CASES: Record<string, Case> = {
  integers: { cells: ["1", "-2", "300"], theirs: "INTEGER" },
  missing: { cells: ["1", "", "3"], theirs: "INTEGER" },
  decimals: {
    cells: ["1.5", "2", "-0.25"],
    theirs: "REAL",
  },
  exponents: {
    cells: ["1e3", "2.5"],
    theirs: "REAL",
  },
  words: { cells: ["1", "two"], theirs: "TEXT" },
  dates: { cells: ["2024-12-31", "2024-01-01"], theirs: "TEXT" },
  truth: { cells: ["true", "false"], theirs: "TEXT" },
  nothing: {
    cells: ["", ""],
    theirs: "INTEGER",
    ours: "TEXT",
    because: "no cell says that it holds numbers",
  },
  padded: { cells: [" 1", "2 "], theirs: "INTEGER" },
  zeros: {
    cells: ["007", "8"],
    theirs: "INTEGER",
    ours: "TEXT",
    because: "the zeros would be lost",
  },
  phones: {
    cells: ["+4930123", "+4989123"],
    theirs: "INTEGER",
    ours: "TEXT",
    because: "the plus would be lost",
  },
  large: {
    cells: ["9223372036854775808"],
    theirs: "INTEGER",
    ours: "TEXT",
    because: "digits would be lost",
  },
  underscores: {
    cells: ["1_000"],
    theirs: "INTEGER",
    ours: "TEXT",
    because: "only Python reads it so",
  },
  endless: {
    cells: ["inf", "1.5"],
    theirs: "REAL",
    ours: "TEXT",
    because: "SQLite has no such number",
  },
  none: {
    cells: ["nan", "1.5"],
    theirs: "REAL",
    ours: "TEXT",
    because: "SQLite has no such number",
  },
};

const csvOf = (cells: string[]) => `c,other\n${cells.map((cell) => `${cell},x\n`).join("")}`;

test.each(Object.entries(CASES))("types of %s", async (name, { cells, theirs, ours = theirs }) => {
  const converted = await convertFiles(
    temporaryDirectory(),
    { "t.csv": csvOf(cells) },
    { header: true },
  );
  expect(columnsOf(converted)[0]).toBe(`c ${ours}`);
  expect(CASES[name]!.because === undefined).toBe(ours === theirs);
});

test.runIf(isInstalled())("what is recorded of sqlite-utils is what it does here", () => {
  const recorded = Object.entries(CASES).map(([name, { theirs }]) => [name, theirs]);
  expect(theirTypes()).toEqual(recorded);
});

function isInstalled(): boolean {
  try {
    execFileSync("sqlite-utils", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Name and type of each case, as columns of one table: starting it takes a second. */
function theirTypes(): string[][] {
  const directory = temporaryDirectory();
  const [file, database] = [join(directory, "t.csv"), join(directory, "t.db")];
  const columns = Object.values(CASES).map(({ cells }) => cells);
  const row = (i: number) => columns.map((cells) => cells[Math.min(i, cells.length - 1)]).join(",");
  writeFileSync(file, `${Object.keys(CASES).join(",")}\n${[0, 1, 2].map(row).join("\n")}\n`);
  const options = ["--csv", "--detect-types"];
  execFileSync("sqlite-utils", ["insert", database, "t", file, ...options], { stdio: "ignore" });
  // FLOAT is its word for REAL in older versions.
  return query(
    database,
    "SELECT name, replace(type, 'FLOAT', 'REAL') FROM pragma_table_info('t')",
  ) as string[][];
}
