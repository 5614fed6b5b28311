import { expect, test } from "vitest";
import { firstVisit } from "../../../src/plan/first-visit.ts";
import { database } from "./examples.ts";

const GIGABYTE = 1_000_000_000;

test("embedded databases are in the package, all of them", () => {
  const visit = firstVisit("embed", [
    database("a", "x", 40_000_000),
    database("b", "y", 80_000_000),
  ]);
  // The examples zip to a quarter.
  expect(visit.bytes).toBe(30_000_000);
  expect(visit.seconds).toBeCloseTo(0.38, 1);
});

test("on demand a first visit costs a few blocks of one database, however large it is", () => {
  const blocks = "abcdefghijklmnopqrstuvwxyz".repeat(40);
  const small = firstVisit("s3", [database("a", blocks)]);
  expect(small.bytes).toBeLessThan(1_000_000);
  const large = { ...database("b", blocks.repeat(10)), zippedSize: 2.5 * GIGABYTE };
  expect(firstVisit("s3", [database("a", blocks), large]).bytes).toBeLessThan(2_000_000);
});
