import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { RowSpool } from "../../../../runtime/site/export/row-spool.ts";

const folder = mkdtempSync(join(tmpdir(), "dsl-spool-"));
afterAll(() => rmSync(folder, { recursive: true }));

const value = fc.oneof(
  fc.constant(null),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.double(),
  fc.string({ unit: "grapheme" }),
  fc.uint8Array({ maxLength: 20 }),
);

test("rows come back as they were, whatever is in them", () => {
  const rows = fc.array(fc.array(value, { minLength: 3, maxLength: 3 }), { maxLength: 50 });
  fc.assert(
    fc.property(rows, (given) => {
      const spool = new RowSpool(3, folder);
      for (const row of given) spool.add(row);
      const read = [...spool.read()].map((row) =>
        row.map((each) => (each instanceof Uint8Array ? new Uint8Array(each) : each)),
      );
      expect(read).toEqual(given);
      expect(spool.rows).toBe(given.length);
    }),
  );
});

test("values larger than what is kept in memory come back, and nothing is left on the disk", () => {
  const spool = new RowSpool(2, folder);
  const long = "語".repeat(2_000_000);
  for (let at = 0n; at < 3n; at++) spool.add([at, long]);
  for (let at = 3n; at < 200_000n; at++) spool.add([at, "short"]);
  expect(readdirSync(folder)).toEqual([]);
  let seen = 0n;
  for (const [number, text] of spool.read()) {
    if (number !== seen || text !== (seen < 3n ? long : "short")) expect.fail(`row ${seen}`);
    seen++;
  }
  expect(seen).toBe(200_000n);
  expect(spool.bytes).toBe(200_000 * 8 + 3 * 6_000_000 + 199_997 * 5);
});

test("says what a column holds", () => {
  const spool = new RowSpool(3, folder);
  spool.add([1n, 0.5, null]);
  spool.add([2n ** 60n, "x", null]);
  expect([0, 1, 2].map((at) => spool.kinds(at))).toEqual([
    ["integer", "wide"],
    ["real", "text"],
    [],
  ]);
  spool.close();
});
