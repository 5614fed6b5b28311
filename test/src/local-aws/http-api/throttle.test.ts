import { expect, test } from "vitest";
import { Throttle } from "../../../../src/local-aws/http-api/throttle.ts";

test("admits the burst at once, then the rate, and no more than the burst after a pause", () => {
  const throttle = new Throttle();
  const admitted = (times: number, now: number) =>
    Array.from({ length: times }, () => throttle.admits("api", { rate: 2, burst: 3 }, now)).filter(
      Boolean,
    ).length;
  expect(admitted(5, 0)).toBe(3);
  expect(admitted(5, 500)).toBe(1);
  expect(admitted(5, 1_500)).toBe(2);
  expect(admitted(9, 60_000)).toBe(3);
});
