import { describe, expect, test } from "vitest";
import { manifestEntry } from "../../../runtime/publisher/publish/manifest-build.ts";
import type { UpdateOptions } from "../../../src/plan/inputs.ts";
import { stackPlan } from "../../../src/plan/plan.ts";
import { planUpdate } from "../../../src/plan/plan-update.ts";
import { afterwards, database, facts, NOTHING, OPTIONS } from "./examples.ts";

const NOW = new Date("2026-11-21T12:00:00Z");
const SHOP = facts(database("shop", "abc"));
const COLLECT = { collect: { database: "events" } };

function plan(options: Partial<UpdateOptions>, deployed = NOTHING, found = SHOP) {
  return planUpdate({ ...OPTIONS, ...options }, found, deployed, NOW);
}

describe("A site that takes events", () => {
  test("has a stack for it, with what was asked for and the rest by default", () => {
    const made = plan({ collect: { database: "events", contracts: ["a=freeze", "b=evolve"] } });
    expect(made.storage).toBe("s3");
    expect(stackPlan(made, "collect")).toMatchObject({
      action: "create",
      stackName: "shop-collect",
      parameters: {
        ApiId: null,
        Site: "shop",
        Database: "events",
        Public: "false",
        Cors: "false",
        WindowSeconds: "20",
        Contracts: "a=freeze b=evolve",
      },
    });
    expect(made.notes).toEqual([]);
  });

  test("says when everybody may send them", () => {
    const made = plan({ collect: { database: "events", isPublic: true } });
    expect(made.notes).toContain("Events are taken from everybody who knows the site's address");
  });

  test("keeps all of it without a word, but for what is said", () => {
    const first = plan({ collect: { database: "events", isPublic: true, windowSeconds: 5 } });
    const deployed = afterwards(first, SHOP);
    Object.assign(deployed.stacks.get("collect")!.parameters, {
      BucketName: "shop-bucket",
      ApiId: "abc",
    });
    expect(stackPlan(plan({}, deployed), "collect")).toMatchObject({ action: "none" });
    const changed = stackPlan(plan({ collect: { isPublic: false } }, deployed), "collect");
    expect(changed).toMatchObject({
      parameters: { Database: "events", Public: "false", WindowSeconds: "5" },
    });
  });

  test("has a lake when one is asked for, in a database that Glue and Athena take the name of", () => {
    const first = plan({
      ...COLLECT,
      stackName: "My-Shop",
      collect: { database: "e", lake: true },
    });
    expect(stackPlan(first, "collect")).toMatchObject({
      parameters: { LakeDatabase: "dsl_my_shop" },
    });
    const deployed = afterwards(first, SHOP);
    const kept = plan({ collect: { windowSeconds: 5 } }, deployed);
    expect(stackPlan(kept, "collect")).toMatchObject({
      parameters: { LakeDatabase: "dsl_my_shop" },
    });
    const ended = plan({ collect: { lake: false } }, deployed);
    expect(stackPlan(ended, "collect")).toMatchObject({ parameters: { LakeDatabase: "" } });
    expect(ended.notes.join()).toContain("the Glue database dsl_my_shop goes with its tables");
  });

  test("cannot be told how when there is no collector", () => {
    expect(() => plan({ collect: { windowSeconds: 5 } })).toThrow("shop takes no events");
  });

  test("cannot take them into a database that somebody else publishes", () => {
    expect(() => plan({ collect: { database: "shop" } })).toThrow("Events cannot go into shop");
    const deployed = afterwards(plan({}), SHOP);
    const entry = manifestEntry(database("events", "x"), "inbox", undefined, NOW);
    deployed.published?.manifest.databases.push(entry);
    expect(() => plan(COLLECT, deployed)).toThrow("(origin: inbox)");
  });

  test("is never embedded", () => {
    expect(() => plan({ ...COLLECT, storage: "embed" })).toThrow("Events are published");
  });
});
