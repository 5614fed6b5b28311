/** Conversions of files that are damaged at random or far too large: errors of ours, bounded memory. */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { LoadError } from "../../runtime/load/model/load-error.ts";
import { type Content, convertFiles } from "../runtime/load/converting.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const golden = (name: string) =>
  readFileSync(new URL(`../runtime/load/golden/${name}`, import.meta.url));
const convertOne = (name: string, content: Content) =>
  convertFiles(temporaryDirectory(), { [name]: content });
const MB = 1024 * 1024;

describe("Damage of any kind is an error of ours, or is not noticed", () => {
  const files = ["orders.xlsx", "orders.ods", "orders-snappy.parquet", "orders-zstd.parquet"];

  /** Fails for errors that are not for people. */
  async function tryOut(name: string, bytes: Buffer): Promise<void> {
    try {
      await convertOne(name, bytes);
    } catch (error) {
      if (!(error instanceof LoadError)) throw error;
    }
  }

  test.each(files)("%s with changed bytes", async (name) => {
    const original = golden(name);
    const change = fc.record({ at: fc.nat(original.length - 1), to: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
        const bytes = Buffer.from(original);
        for (const { at, to } of changes) bytes[at] = to;
        await tryOut(name, bytes);
      }),
      { numRuns: 40 },
    );
  });

  test.each(files)("%s cut off anywhere", async (name) => {
    const original = golden(name);
    for (let size = 1; size < original.length; size += Math.ceil(original.length / 40)) {
      await tryOut(name, original.subarray(0, size));
    }
  });

  test("random bytes under any name", async () => {
    const name = fc.constantFrom(
      "t.csv",
      "t.json",
      "t.xlsx",
      "t.parquet",
      "t.zip",
      "t.gz",
      "t.ods",
      "t",
    );
    await fc.assert(
      fc.asyncProperty(name, fc.uint8Array({ maxLength: 300 }), (file, bytes) =>
        tryOut(file, Buffer.from(bytes)),
      ),
      { numRuns: 150 },
    );
  });
});

describe("Memory stays bounded", () => {
  const PROGRAM = fileURLToPath(new URL("../runtime/load/convert-process.ts", import.meta.url));

  /** Peak memory in MB of a process that converts the file, and what came of it. */
  async function convertAlone(
    name: string,
    content: Content,
  ): Promise<{ peak: number; outcome: string }> {
    const directory = temporaryDirectory();
    const path = join(directory, name);
    writeFileSync(path, content);
    const { stdout } = await promisify(execFile)(process.execPath, [
      PROGRAM,
      path,
      join(directory, "out.db"),
    ]);
    return JSON.parse(stdout);
  }

  /** A process with SQLite and nothing to do has some 90 MB. */
  const LIMIT = 300;

  test("for a zstd bomb of rows", async () => {
    const bytes = zstdCompressSync(
      `${"x".repeat(99)}
`.repeat(MB),
    );
    const { peak, outcome } = await convertAlone("t.csv.zst", bytes);
    expect(outcome).toBe("expands_too_much");
    expect(peak).toBeLessThan(LIMIT);
  });

  test("for a ZIP bomb of one line", async () => {
    const bytes = zipSync({ "t.csv": new Uint8Array(100 * MB) }, { level: 6 });
    const { peak, outcome } = await convertAlone("t.zip", bytes);
    expect(outcome).toBe("row_too_long");
    expect(peak).toBeLessThan(LIMIT);
  });

  test("for a hundred thousand rows of a thousand characters", async () => {
    const row = `${"x".repeat(500)},${"é".repeat(500)}\n`;
    const { peak, outcome } = await convertAlone("t.csv", `a,b\n${row.repeat(50_000)}`);
    expect(outcome).toBe("50000 rows");
    expect(peak).toBeLessThan(LIMIT);
  });
});
