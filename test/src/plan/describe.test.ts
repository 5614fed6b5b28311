import { expect, test } from "vitest";
import { lossesOf } from "../../../src/deploy/confirm-losses.ts";
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
    "  CPU: x86_64",
    "  databases: in the bucket, read on demand",
    "  room for data: 512 MB",
    "  memory: 1769 MB",
    "  longest request: 29 s",
    "  new data is looked for every: 5 s",
    "  log is kept for: 30 days",
    "  requests a second, at most: 50",
    "  requests at once, at most: 100",
    "  environments at once, at most: as many as the account has",
    "  who may see the site: everybody (public)",
    "A first visit reads about 524.4 kB from the bucket (less than 0.1 s); a query that needs everything reads up to 4.2 MB",
  ]);
});

test("an update says what changes and nothing else", () => {
  const changed = facts(database("shop", "abX"));
  const options = {
    ...OPTIONS,
    service: { memory: 512 },
    tags: { team: "data" },
    site: { ...OPTIONS.site, metadata: { title: "Shop" } },
  };
  expect(describePlan(planUpdate(options, changed, deployed, NOW))).toEqual([
    "Plan for site shop in account 123456789012, region eu-central-1",
    "Update the bucket stack shop",
    "  the tags",
    "Publish version 2",
    "  shop: 1 of 3 blocks changed, 3.1 MB",
    "  old: will be removed",
    "  the metadata will be there",
    "Update the service stack shop-service",
    "  memory: 1769 MB → 512 MB",
    "  the tags",
    "A first visit reads about 524.4 kB from the bucket (less than 0.1 s); a query that needs everything reads up to 3.1 MB",
  ]);
});

test("what goes, what comes and what changes besides the databases is named", () => {
  const file = { mount: "assets", name: "assets/site.css", content: Buffer.from("") };
  const site = {
    ...OPTIONS.site,
    config: { databases: { shop: { allow: false } } },
    settings: { default_page_size: "50" },
  };
  const before = planUpdate(
    { ...OPTIONS, storage: "s3", site },
    { ...SHOP, staticFiles: [file] },
    NOTHING,
    NOW,
  );
  const after = planUpdate(
    { ...OPTIONS, site: { ...OPTIONS.site, flags: { ...OPTIONS.site.flags, cors: true } } },
    { ...SHOP, staticFiles: [{ ...file, mount: "img" }] },
    afterwards(before, SHOP),
    NOW,
  );
  expect(describePlan(after)).toEqual([
    "Plan for site shop in account 123456789012, region eu-central-1",
    "Publish version 2",
    "  shop: unchanged, 3.1 MB",
    "  old: unchanged, 1.0 MB",
    "  the configuration will be removed",
    "  the setting default_page_size (50 → its default) will change",
    "  --cors (off → on) will change",
    "  the static files below /img/ will be there",
    "  the static files below /assets/ will be removed",
    "Update the service stack shop-service",
    expect.stringMatching(/^A first visit reads/),
  ]);
  expect(lossesOf(after, afterwards(before, SHOP))).toEqual([
    "the configuration will be removed",
    "the static files below /assets/ will be removed",
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
