import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Column } from "../../../runtime/load/types/column.ts";
import { parseInteger, parseReal } from "../../../runtime/load/types/number-text.ts";
import { temporaryDirectory } from "../../temporary-directory.ts";
import { convertFiles, failure, query } from "./converting.ts";

/** Type and values of a column with these cells, unquoted. */
async function column(cells: string[], rules = {}): Promise<[string, unknown[]]> {
  // The second column keeps rows with an empty first cell from being blank lines.
  const text = `v,other\n${cells.map((cell) => `${cell},x\n`).join("")}`;
  const { report, path } = await convertFiles(
    temporaryDirectory(),
    { "t.csv": text },
    { header: true, ...rules },
  );
  return [report.tables[0]!.columns[0]!.type, query(path, "SELECT v FROM t").flat()];
}

describe("Types are decided over all rows", () => {
  test.each([
    ["integers", ["1", "-20", "0"], "INTEGER", [1, -20, 0]],
    ["integers with spaces around", [" 1", "22 "], "INTEGER", [1, 22]],
    ["integers and missing ones", ["1", "", "3"], "INTEGER", [1, null, 3]],
    [
      "64 bits",
      ["9223372036854775807", "-9223372036854775808"],
      "INTEGER",
      [2n ** 63n - 1n, -(2n ** 63n)],
    ],
    ["beyond 64 bits", ["9223372036854775808", "1"], "TEXT", ["9223372036854775808", "1"]],
    ["reals", ["1.5", ".5", "-2", "1e3"], "REAL", [1.5, 0.5, -2, 1000]],
    ["reals that a double overflows", ["1e999"], "TEXT", ["1e999"]],
    [
      "reals beside integers that a double rounds",
      ["1.5", "9007199254740993"],
      "TEXT",
      ["1.5", "9007199254740993"],
    ],
    [
      "the same in the other order",
      ["9007199254740993", "1.5"],
      "TEXT",
      ["9007199254740993", "1.5"],
    ],
    ["leading zeros", ["007", "8"], "TEXT", ["007", "8"]],
    ["post codes, of which one has a leading zero", ["10115", "01067"], "TEXT", ["10115", "01067"]],
    ["phone numbers", ["+4930123", "+4989123"], "TEXT", ["+4930123", "+4989123"]],
    ["decimals with leading zeros", ["00.5"], "TEXT", ["00.5"]],
    ["words that Python takes for numbers", ["nan", "inf"], "TEXT", ["nan", "inf"]],
    ["digits that Python takes for numbers", ["1_000", "٣"], "TEXT", ["1_000", "٣"]],
    ["words", ["1", "two"], "TEXT", ["1", "two"]],
    ["no values at all", ["", ""], "TEXT", ["", ""]],
    ["true and false", ["true", "false"], "TEXT", ["true", "false"]],
    ["hexadecimal", ["0x10"], "TEXT", ["0x10"]],
    ["a minus alone", ["-"], "TEXT", ["-"]],
  ])("%s", async (_, cells, type, values) => {
    expect(await column(cells)).toEqual([type, values]);
  });

  test("a column with quotes around all numbers is text where others have none", async () => {
    const text = 'code,n,mixed\n"1",1,"1"\n"2",2,2\n';
    const { path } = await convertFiles(temporaryDirectory(), { "t.csv": text });
    expect(query(path, "SELECT * FROM t")).toEqual([
      ["1", 1, 1],
      ["2", 2, 2],
    ]);
  });

  test("quotes around everything say nothing", async () => {
    const { path } = await convertFiles(temporaryDirectory(), {
      "t.csv": '"a","b"\n"1","x"\n"2","y"\n',
    });
    expect(query(path, "SELECT * FROM t")).toEqual([
      [1, "x"],
      [2, "y"],
    ]);
  });

  test("--type decides, and a cell that does not fit is an error with its line", async () => {
    expect(await column(["1", "2"], { types: { v: "TEXT" } })).toEqual(["TEXT", ["1", "2"]]);
    expect(await column(["007", ""], { types: { "t.v": "INTEGER" } })).toEqual([
      "INTEGER",
      [7, null],
    ]);
    const error = await failure(column(["1", "n/a"], { types: { v: "REAL" } }));
    expect(error).toMatchObject({ code: "wrong_type", line: 3 });
    expect(error.message).toContain('"n/a"');
  });
});

describe("Dates are ISO where there is one reading", () => {
  test.each([
    ["dots", ["31.12.2024", "1.2.2024"], ["2024-12-31", "2024-02-01"]],
    ["slashes with the year first", ["2024/12/31"], ["2024-12-31"]],
    ["a day beyond 12 in second place", ["12/31/2024", "1/2/2024"], ["2024-12-31", "2024-01-02"]],
    ["a day beyond 12 in first place", ["31/12/2024", "1/2/2024"], ["2024-12-31", "2024-02-01"]],
    ["both readings", ["1/2/2024", "3/4/2024"], ["1/2/2024", "3/4/2024"]],
    ["neither reading", ["13/13/2024"], ["13/13/2024"]],
    ["contradictions", ["31/12/2024", "12/31/2024"], ["31/12/2024", "12/31/2024"]],
    [
      "times",
      ["12/31/2024 1:05 PM", "1/2/2024 12:00 AM"],
      ["2024-12-31 13:05", "2024-01-02 00:00"],
    ],
    ["names of months", ["3 Mar 2024", "29-Feb-2024"], ["2024-03-03", "2024-02-29"]],
    ["a day that does not exist", ["31.12.2024", "30.2.2024"], ["31.12.2024", "30.2.2024"]],
    ["years of two digits", ["31.12.24"], ["31.12.24"]],
    ["something else among them", ["31.12.2024", "soon"], ["31.12.2024", "soon"]],
    ["ISO already", ["2024-12-31"], ["2024-12-31"]],
  ])("%s", async (_, cells, values) => {
    expect(await column(cells)).toEqual(["TEXT", values]);
  });
});

describe("Numbers in text", () => {
  test("any 64-bit integer comes back as it was", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (n) => {
        expect(BigInt(parseInteger(String(n)) ?? Number.NaN)).toBe(n);
      }),
    );
  });

  test("any decimal is what JavaScript reads", () => {
    const digits = fc.tuple(fc.nat(), fc.stringMatching(/^\d{1,12}$/));
    fc.assert(
      fc.property(digits, ([whole, fraction]) => {
        expect(parseReal(`${whole}.${fraction}`)).toBe(Number(`${whole}.${fraction}`));
      }),
    );
  });

  test("text that is no number never becomes one", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const [integer, real] = [parseInteger(text), parseReal(text)];
        if (integer !== null) expect(String(integer)).toBe(text.trim());
        if (real !== null) expect(Number(text)).toBe(real);
      }),
    );
  });

  test("the order of cells does not change what a column is", () => {
    const cell = fc.constantFrom(
      "",
      "1",
      "-7",
      "2.5",
      "007",
      "x",
      "9007199254740993",
      "1/2/2024",
      "13/2/2024",
    );
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 6 }), (cells) => {
        const kindOf = (values: string[]) => {
          const column = new Column("c", true, null);
          for (const value of values) column.observe(value);
          return column.kind();
        };
        expect(kindOf(cells.toReversed())).toEqual(kindOf(cells));
      }),
    );
  });
});
