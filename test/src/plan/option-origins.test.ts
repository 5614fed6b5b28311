import { expect, test } from "vitest";
import { describeOrigins } from "../../../src/plan/option-origins.ts";
import { planUpdate } from "../../../src/plan/plan-update.ts";
import { afterwards, database, facts, NOTHING, OPTIONS } from "./examples.ts";

const NOW = new Date("2026-11-21T12:00:00Z");
const SHOP = facts(database("shop", "abc"));

test("the plan says of every option what it is and where that comes from", () => {
  const given = new Map([
    ["memory", { value: "512", from: "dsl.yaml:4" }],
    ["tag", { value: "team=data", from: "--tag" }],
    ["dry-run", { value: "on", from: "--dry-run" }],
  ]);
  const options = { ...OPTIONS, given, service: { memory: 512 } };
  expect(describeOrigins(planUpdate(options, SHOP, NOTHING, NOW).options)).toEqual([
    "Options, and where they come from",
    "  storage: inside the function's package (default)",
    "  arch: x86_64 (default)",
    "  cache-mb: 384 MB (default)",
    "  memory: 512 MB (dsl.yaml:4)",
    "  timeout: 29 s (default)",
    "  refresh: 5 s (default)",
    "  log-retention: 30 days (default)",
    "  rate: 50 (default)",
    "  burst: 100 (default)",
    "  reserved-concurrency: as many as the account has (default)",
    "  permissions-boundary: none (default)",
    "  alarm: nobody (default)",
    "  alarm-age: (any age is fine) (default)",
    "  alarm-cost: US$1 (default)",
    "  dashboard: no (default)",
    "  metrics: no (default)",
    "  tracing: no (default)",
    "  layer-arn: the one of dsl (default)",
    "  tag: team=data (--tag)",
  ]);
  const deployed = afterwards(planUpdate(options, SHOP, NOTHING, NOW), SHOP);
  const { options: origins } = planUpdate(OPTIONS, SHOP, deployed, NOW);
  expect(origins.find(({ option }) => option === "memory")).toEqual({
    option: "memory",
    value: "512 MB",
    from: "as deployed",
  });
});
