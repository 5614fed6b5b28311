import { expect, test } from "vitest";
import { describePlan } from "../../../src/plan/describe.ts";
import { planJson } from "../../../src/plan/plan-json.ts";
import { planUpdate } from "../../../src/plan/plan-update.ts";
import { afterwards, database, facts, NOTHING, OPTIONS, withStack } from "./examples.ts";

const NOW = new Date("2026-11-21T12:00:00Z");
const SHOP = facts(database("shop", "abc"), database("old", "d"));
const created = planUpdate({ ...OPTIONS, storage: "s3" }, SHOP, NOTHING, NOW);
const deployed = afterwards(created, SHOP);

test("creating everything names the stacks, their parameters and the databases", () => {
  expect(describePlan(created)).toEqual([
    "Plan for site shop in account 123456789012, region eu-central-1",
    "Create the bucket stack shop",
    "Publish version 1",
    "  shop: new, 3.1 MB in 3 blocks",
    "  old: new, 1.0 MB in 1 block",
    "Upload the function's code",
    "Upload the function's layer",
    "Create the service stack shop-service",
    "  CodeKey: code/code.zip",
    "  LayerKey: layers/x.zip",
    "  Architecture: x86_64",
    "  Storage: s3",
    "  MemorySize: 1769",
    "  Timeout: 29",
    "  EphemeralStorage: 512",
    "  RefreshSeconds: 5",
    "  LogRetentionDays: 30",
    "  RateLimit: 50",
    "  BurstLimit: 100",
    "  ReservedConcurrency: none",
    "A first visit reads about 524.4 kB from the bucket (less than 0.1 s); a query that needs everything reads up to 4.2 MB",
  ]);
});

test("an update says what changes and nothing else", () => {
  const changed = facts(database("shop", "abX"));
  const options = {
    ...OPTIONS,
    memorySize: 512,
    tags: { team: "data" },
    site: { ...OPTIONS.site, metadata: { title: "Shop" } },
  };
  expect(describePlan(planUpdate(options, changed, deployed, NOW))).toEqual([
    "Plan for site shop in account 123456789012, region eu-central-1",
    "Update the bucket stack shop",
    "  the tags change",
    "Publish version 2",
    "  shop: 1 of 3 blocks changed, 3.1 MB",
    "  old: removed",
    "  configuration or metadata: changed",
    "Update the service stack shop-service",
    "  MemorySize: 1769 → 512",
    "  the tags change",
    "A first visit reads about 524.4 kB from the bucket (less than 0.1 s); a query that needs everything reads up to 3.1 MB",
  ]);
});

test("nothing to do is one line with the version", () => {
  const plan = planUpdate(OPTIONS, SHOP, deployed, NOW);
  expect(describePlan(plan)).toEqual([
    "Nothing to do: version 1 of site shop in account 123456789012, region eu-central-1 is up to date",
  ]);
  expect(planJson(plan)).toMatchObject({ changes: false });
});

test("recovery comes first, with the status that made it necessary", () => {
  const broken = { condition: "unusable", status: "ROLLBACK_COMPLETE" } as const;
  const plan = planUpdate(OPTIONS, SHOP, withStack(deployed, "service", broken), NOW);
  expect(describePlan(plan)[1]).toBe(
    "The service stack shop-service is in ROLLBACK_COMPLETE: delete it and create it again",
  );
});

test("the JSON form can be printed and holds every action", () => {
  expect(JSON.parse(JSON.stringify(planJson(created)))).toMatchObject({
    stack: "shop",
    storage: "s3",
    changes: true,
    bucket_stack: { action: "create", stack_name: "shop" },
    publish: { action: "publish", version: 1, databases: [{ name: "shop" }, { name: "old" }] },
    service_stack: { action: "create", parameters: { BucketName: null, Storage: "s3" } },
  });
});
