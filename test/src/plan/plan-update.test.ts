import { describe, expect, test } from "vitest";
import { manifestEntry } from "../../../runtime/publisher/publish/manifest-build.ts";
import { describePlan } from "../../../src/plan/describe.ts";
import type { DeployedState, Facts, UpdateOptions } from "../../../src/plan/inputs.ts";
import { isNoop, type Plan, type StackAction, stackPlan } from "../../../src/plan/plan.ts";
import { planUpdate } from "../../../src/plan/plan-update.ts";
import type { Role } from "../../../src/stacks/roles.ts";
import type { StackCondition } from "../../../src/stacks/stack-status.ts";
import { afterwards, database, facts, NOTHING, OPTIONS, withStack } from "./examples.ts";

const NOW = new Date("2026-11-21T12:00:00Z");
const SHOP = facts(database("shop", "abc"));

/** A plan, its stacks by their role. */
interface Planned extends Plan {
  bucketStack: StackAction;
  serviceStack: StackAction;
}

function plan(
  found: Facts,
  deployed: DeployedState = NOTHING,
  options: Partial<UpdateOptions> = {},
): Planned {
  const made = planUpdate({ ...OPTIONS, ...options }, found, deployed, NOW);
  return {
    ...made,
    bucketStack: stackPlan(made, "bucket"),
    serviceStack: stackPlan(made, "service"),
  };
}

function deployedShop(options: Partial<UpdateOptions> = {}): DeployedState {
  return afterwards(plan(SHOP, NOTHING, options), SHOP);
}

/** What an update changes in the service stack, as "Parameter: from → to". */
function serviceChanges({ serviceStack }: Planned): string[] {
  if (serviceStack.action !== "update") throw new Error(`not an update: ${serviceStack.action}`);
  return serviceStack.changes.map(({ parameter, from, to }) => `${parameter}: ${from} → ${to}`);
}

function inTrouble(role: Role, condition: StackCondition): DeployedState {
  return withStack(deployedShop(), role, { condition, status: "SOME_STATUS" });
}

describe("the first time", () => {
  test("both stacks are created and everything is published as version 1", () => {
    const created = plan(SHOP);
    expect(created).toMatchObject({
      storage: "embed",
      recovery: [],
      bucketStack: { action: "create", stackName: "shop", parameters: {} },
      publish: {
        action: "publish",
        replaces: null,
        manifest: { version: 1, publishedAt: "2026-11-21T12:00:00.000Z", software: "1.0.0" },
        databases: [{ change: "new", name: "shop", blocks: 3 }],
        siteChanged: false,
      },
      serviceStack: { action: "create", stackName: "shop-service" },
    });
  });

  test("the service has defaults, and gets the bucket's name when it is known", () => {
    expect(plan(SHOP).serviceStack).toMatchObject({
      parameters: {
        BucketName: null,
        CodeKey: expect.stringMatching(/^code\/.{8}\.zip$/),
        LayerKey: "layers/x.zip",
        LayerArn: "",
        Architecture: "x86_64",
        Storage: "embed",
        MemorySize: "1769",
        Timeout: "29",
        EphemeralStorage: "512",
        RefreshSeconds: "5",
        LogRetentionDays: "30",
        RateLimit: "50",
        BurstLimit: "100",
        ReservedConcurrency: "none",
      },
    });
  });

  test("a CPU without a layer is refused, unless a published layer is given", () => {
    expect(() => plan(SHOP, NOTHING, { architecture: "arm64" })).toThrow("no layer for arm64");
    const layerArn = "arn:aws:lambda:eu-west-1:1:layer:dsl:3";
    expect(plan(SHOP, NOTHING, { architecture: "arm64", layerArn }).serviceStack).toMatchObject({
      parameters: { LayerArn: layerArn, LayerKey: "", Architecture: "arm64" },
    });
  });
});

describe("databases of other origins", () => {
  const now = new Date("2026-11-20T12:00:00Z");
  const sales = manifestEntry(database("sales", "xy"), "inbox", undefined, now);

  function withSales(): DeployedState {
    const deployed = deployedShop({ storage: "s3" });
    const published = deployed.published!;
    const { manifest } = published;
    const databases = [...manifest.databases, sales];
    return { ...deployed, published: { ...published, manifest: { ...manifest, databases } } };
  }

  test("are kept, without a new version", () => {
    const { publish } = plan(SHOP, withSales());
    expect(publish).toMatchObject({ action: "none" });
    expect(publish.databases).toEqual([
      { change: "unchanged", name: "shop", size: 3 * 1024 * 1024 },
      { change: "kept", name: "sales", size: 2 * 1024 * 1024, origin: "inbox" },
    ]);
  });

  test("are kept when all that was typed is another database", () => {
    const { publish } = plan(facts(database("other", "q")), withSales());
    expect(publish.manifest.databases.map(({ name }) => name)).toEqual(["other", "sales"]);
    expect(publish.databases.map(({ change }) => change)).toEqual(["new", "kept", "removed"]);
  });

  test("are not replaced by a file of the same name", () => {
    expect(() => plan(facts(database("sales", "q")), withSales())).toThrow(
      "The database sales comes from the inbox",
    );
  });
});

describe("the inbox", () => {
  test("moves an embedded site to s3, and the plan says why", () => {
    const moved = plan(SHOP, deployedShop({ storage: "embed" }), { inbox: true });
    expect(moved.storage).toBe("s3");
    expect(moved.notes).toEqual([
      "What comes through the inbox is published without a deployment: storage changes from embed to s3",
    ]);
    expect(moved.stacks.map(({ action, stackName }) => `${action} ${stackName}`)).toEqual([
      "none shop",
      "update shop-service",
      "create shop-inbox",
    ]);
  });

  test("stays when nothing is said of it, and goes with --no-inbox, without a new version", () => {
    const deployed = deployedShop({ storage: "s3", inbox: true });
    expect(isNoop(plan(SHOP, deployed))).toBe(true);
    const without = plan(SHOP, deployed, { inbox: false });
    expect(without.publish.action).toBe("none");
    expect(without.storage).toBe("s3");
    expect(describePlan(without)).toContain("Delete the inbox stack shop-inbox");
    expect(describePlan(without).join()).toContain("what came through it stays on the site");
    expect(isNoop(plan(SHOP, deployedShop({ storage: "s3" }), { inbox: false }))).toBe(true);
  });

  test("keeps its rules until others are given", () => {
    const rules = [{ files: "*.csv", append: true }];
    const given = (loadRules?: typeof rules) => ({ site: { ...OPTIONS.site, loadRules } });
    const deployed = deployedShop({ storage: "s3", ...given(rules) });
    expect(plan(SHOP, deployed).publish.manifest.loadRules).toEqual(rules);
    expect(plan(SHOP, deployed, given([])).publish.manifest.loadRules).toBeUndefined();
  });
});

describe("the same again", () => {
  test.each(["embed", "s3"] as const)("does nothing in %s storage", (storage) => {
    const again = plan(SHOP, deployedShop({ storage }), { storage: "auto" });
    expect(isNoop(again)).toBe(true);
    expect(again.publish.manifest.version).toBe(1);
    expect(again.storage).toBe(storage);
  });

  test("settings that are not asked for again stay as they are", () => {
    const deployed = deployedShop({
      service: { memory: 512, timeout: 10 },
      tags: { team: "data" },
    });
    expect(isNoop(plan(SHOP, deployed))).toBe(true);
  });

  test("settings in another order are the same settings", () => {
    const site = (settings: Record<string, string>) => ({ site: { ...OPTIONS.site, settings } });
    const deployed = deployedShop(site({ default_page_size: "10", max_returned_rows: "20" }));
    expect(
      isNoop(plan(SHOP, deployed, site({ max_returned_rows: "20", default_page_size: "10" }))),
    ).toBe(true);
  });
});

describe("a change", () => {
  test("of data in s3 storage publishes and touches no stack", () => {
    const changed = plan(facts(database("shop", "abX")), deployedShop({ storage: "s3" }));
    expect(changed).toMatchObject({
      bucketStack: { action: "none" },
      serviceStack: { action: "none" },
      publish: {
        action: "publish",
        replaces: '"1"',
        manifest: { version: 2 },
        databases: [{ change: "changed", name: "shop", blocks: 3, changedBlocks: 1 }],
        siteChanged: false,
      },
    });
  });

  test("of embedded data changes the code and nothing else", () => {
    const changed = plan(facts(database("shop", "abX")), deployedShop());
    expect(serviceChanges(changed)).toEqual([
      expect.stringMatching(/^CodeKey: code\/.{8}\.zip → code\/.{8}\.zip$/),
    ]);
  });

  test("of the databases is told per database", () => {
    const before = facts(database("a", "12"), database("b", "34"), database("c", "5"));
    const after = facts(database("new", "12345"), database("c", "56"), database("a", "12"));
    const { publish } = plan(after, afterwards(plan(before), before));
    expect(publish.databases.map(({ name, change }) => `${name} ${change}`)).toEqual([
      "new new",
      "c changed",
      "a unchanged",
      "b removed",
    ]);
    expect(publish.manifest.databases.map(({ name }) => name)).toEqual(["new", "c", "a"]);
  });

  test("of metadata only is published without a changed database", () => {
    const site = { ...OPTIONS.site, metadata: { title: "Shop" } };
    const { publish } = plan(SHOP, deployedShop(), { site });
    expect(publish).toMatchObject({
      action: "publish",
      databases: [{ change: "unchanged" }],
      siteChanged: true,
    });
  });

  test("of the order of tables in the metadata counts, because the order is shown", () => {
    const site = (...tables: string[]) => ({
      site: {
        ...OPTIONS.site,
        metadata: { tables: Object.fromEntries(tables.map((table) => [table, {}])) },
      },
    });
    const changed = plan(SHOP, deployedShop(site("a", "b")), site("b", "a"));
    expect(changed.publish.siteChanged).toBe(true);
  });

  test("of the order of the databases counts", () => {
    const [a, b] = [database("a", "1"), database("b", "2")];
    const deployed = afterwards(plan(facts(a, b)), facts(a, b));
    expect(plan(facts(b, a), deployed).publish).toMatchObject({
      action: "publish",
      siteChanged: true,
    });
  });

  test("of a service setting updates the service stack only", () => {
    const changed = plan(SHOP, deployedShop(), { service: { memory: 3008 } });
    expect(changed.publish.action).toBe("none");
    expect(changed.bucketStack.action).toBe("none");
    expect(serviceChanges(changed)).toEqual(["MemorySize: 1769 → 3008"]);
  });

  test("of tags updates both stacks", () => {
    const changed = plan(SHOP, deployedShop({ tags: { team: "data" } }), { tags: { team: "web" } });
    expect(changed).toMatchObject({
      bucketStack: {
        action: "update",
        tagsChanged: true,
        tags: { team: "web", "dsl:site": "shop", "dsl:role": "bucket" },
      },
      serviceStack: { action: "update", tagsChanged: true, changes: [] },
    });
  });

  test("of a template updates its stack", () => {
    const deployed = withStack(deployedShop(), "bucket", { template: "old" });
    expect(plan(SHOP, deployed)).toMatchObject({
      bucketStack: { action: "update", templateChanged: true },
      serviceStack: { action: "none" },
    });
  });

  test("of dsl itself publishes again, with the software's new version", () => {
    const newer = { ...SHOP, package: { ...SHOP.package, software: "1.1.0" } };
    expect(plan(newer, deployedShop()).publish).toMatchObject({
      action: "publish",
      manifest: { version: 2, software: "1.1.0" },
    });
  });
});

test("a version that lost a block list in the bucket is published again", () => {
  const deployed = deployedShop({ storage: "s3" });
  const published = { ...deployed.published!, indexes: new Map() };
  const again = plan(SHOP, { ...deployed, published });
  expect(again.publish).toMatchObject({ action: "publish", manifest: { version: 2 } });
  expect(again.notes[0]).toContain("has lost 1 block list");
});

test("a version that lost a block in the bucket is published again", () => {
  const deployed = deployedShop({ storage: "s3" });
  const published = {
    ...deployed.published!,
    lostBlocks: new Set([SHOP.databases[0]!.blocks[1]!]),
  };
  const again = plan(SHOP, { ...deployed, published });
  expect(again.publish).toMatchObject({ action: "publish", manifest: { version: 2 } });
  expect(again.notes[0]).toContain("has lost 1 block in the bucket");
});

describe("the zips that the service refers to", () => {
  const HALF_DAY_LATER = new Date(NOW.getTime() + 13 * 3_600_000);

  test("are sent with the first deployment, and not again while they are there", () => {
    const { uploads } = plan(SHOP);
    expect(uploads.map(({ kind, lost }) => [kind, lost])).toEqual([
      ["code", false],
      ["layer", false],
    ]);
    expect(planUpdate(OPTIONS, SHOP, deployedShop(), HALF_DAY_LATER).uploads).toEqual([]);
  });

  test("are sent again when the bucket has lost them, though nothing else changes", () => {
    const deployed = deployedShop();
    const packages = new Map([...deployed.packages].filter(([key]) => key.startsWith("code/")));
    const again = plan(SHOP, { ...deployed, packages });
    expect(again.uploads).toEqual([{ kind: "layer", key: "layers/x.zip", lost: true }]);
    expect(again.notes).toEqual(["The bucket has lost the function's layer: uploading again"]);
    expect(isNoop(again)).toBe(false);
  });

  test("that are old and that no stack refers to are sent again: they may be removed any time", () => {
    const deployed = {
      ...NOTHING,
      ...withStack(deployedShop(), "service", { condition: "unusable" }),
    };
    const again = planUpdate(OPTIONS, SHOP, deployed, HALF_DAY_LATER);
    expect(again.uploads.map(({ kind }) => kind)).toEqual(["code", "layer"]);
  });
});

describe("stacks in trouble", () => {
  test("a service stack that never got created is deleted and created with defaults", () => {
    const again = plan(SHOP, inTrouble("service", "unusable"));
    expect(again.recovery).toEqual([
      {
        action: "delete",
        identity: { site: "shop", role: "service" },
        stackName: "shop-service",
        status: "SOME_STATUS",
      },
    ]);
    expect(again.serviceStack.action).toBe("create");
    expect(again.bucketStack.action).toBe("none");
    expect(again.publish.action).toBe("none");
  });

  test("a bucket stack that is made anew starts with version 1", () => {
    const again = plan(SHOP, inTrouble("bucket", "deleting"));
    expect(again.recovery).toMatchObject([
      { action: "wait-until-deleted", identity: { role: "bucket" } },
    ]);
    expect(again).toMatchObject({
      bucketStack: { action: "create" },
      publish: { action: "publish", replaces: null, manifest: { version: 1 } },
      serviceStack: { action: "update", parameters: { BucketName: null } },
    });
  });

  test("a failed rollback is continued, an operation under way is waited for", () => {
    expect(plan(SHOP, inTrouble("service", "rollback-failed")).recovery).toMatchObject([
      { action: "continue-rollback", stackName: "shop-service" },
    ]);
    expect(plan(SHOP, inTrouble("bucket", "changing")).recovery).toMatchObject([
      { action: "wait", stackName: "shop" },
    ]);
  });

  test("a trouble is never nothing to do", () => {
    expect(isNoop(plan(SHOP, inTrouble("service", "changing")))).toBe(false);
  });
});
