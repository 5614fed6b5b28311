import { expect, test } from "vitest";
import { monthlyCost, type Usage } from "../../../src/sites/cost.ts";

const small: Usage = {
  requests: 100_000,
  stored: 100e6,
  memory: 512,
  ephemeral: 512,
  architecture: "arm64",
};

function dollars(usage: Usage, what: string): number {
  return monthlyCost(usage).find((line) => line.what === what)!.dollars;
}

test("a small site costs nothing for its function: the free tier covers it", () => {
  expect(dollars(small, "Lambda requests")).toBe(0);
  expect(dollars(small, "Lambda compute")).toBe(0);
  expect(dollars(small, "HTTP API")).toBeCloseTo(0.1);
});

test("ten million requests cost what the price list says", () => {
  const busy = { ...small, requests: 10_000_000 };
  expect(dollars(busy, "Lambda requests")).toBeCloseTo(9 * 0.2);
  expect(dollars(busy, "HTTP API")).toBeCloseTo(10);
  expect(dollars(busy, "data transfer")).toBeCloseTo((300 - 100) * 0.09);
});

test("without visits only what is stored costs", () => {
  const idle = monthlyCost({ ...small, requests: 0 });
  expect(idle.filter((line) => line.dollars > 0).map((line) => line.what)).toEqual(["S3 storage"]);
});
