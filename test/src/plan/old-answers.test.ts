import { expect, test } from "vitest";
import { oldAnswerSeconds } from "../../../src/plan/old-answers.ts";

test("with s3 storage environments and caches keep old answers, embedded only caches", () => {
  expect(oldAnswerSeconds("s3", 5, 5, 0)).toBe(15);
  expect(oldAnswerSeconds("s3", 60, 0, 0)).toBe(65);
  expect(oldAnswerSeconds("embed", 60, 5, 0)).toBe(5);
});
