import { expect, test } from "vitest";
import { monthlyCost, type Usage } from "../../../src/sites/cost.ts";

const small: Usage = {
  requests: 100_000,
  stored: 100e6,
  memory: 512,
  ephemeral: 512,
  architecture: "arm64",
  alarmMetrics: 0,
  dashboards: 0,
  customMetrics: 0,
  hasCloudFront: false,
  isTraced: false,
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

test("with CloudFront fewer requests reach the function, and transfer is on its bill", () => {
  const busy = { ...small, requests: 30_000_000, hasCloudFront: true };
  expect(dollars(busy, "HTTP API")).toBeCloseTo(18);
  expect(dollars(busy, "CloudFront requests")).toBeCloseTo(20 + 2.8);
  expect(dollars(busy, "Secrets Manager")).toBe(0.4);
  expect(dollars({ ...busy, requests: 1000 }, "CloudFront requests")).toBe(0);
});

test("without visits only what is stored costs", () => {
  const idle = monthlyCost({ ...small, requests: 0 });
  expect(idle.filter((line) => line.dollars > 0).map((line) => line.what)).toEqual(["S3 storage"]);
});

test("alarms, metrics and dashboards cost what is beyond the account's free ones", () => {
  const watched = { ...small, alarmMetrics: 12, dashboards: 4, customMetrics: 4, isTraced: true };
  expect(dollars(watched, "alarms")).toBeCloseTo(0.2);
  expect(dollars(watched, "dashboard")).toBeCloseTo(3);
  expect(dollars(watched, "metrics")).toBe(0);
  expect(dollars({ ...watched, requests: 1_100_000 }, "X-Ray")).toBeCloseTo(5);
});
