import { describe, expect, test } from "vitest";
import { manifestEntry } from "../../../runtime/publisher/publish/manifest-build.ts";
import { lossesOf } from "../../../src/deploy/confirm-losses.ts";
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
    expect(() => plan(COLLECT, deployed)).toThrow("there already (inbox)");
  });

  test("keeps the names for events: nobody else can publish a database of one", () => {
    const named = (name: string) => facts(database(name, "x"));
    const monthly = { collect: { database: "events", rotation: "month" as const } };
    for (const name of ["Events", "events-2026-12"]) {
      expect(() => plan(monthly, undefined, named(name))).toThrow("Events cannot go into");
    }
    const deployed = afterwards(plan(COLLECT), SHOP);
    expect(() => plan({}, deployed, named("EVENTS"))).toThrow("the site's events go there");
    expect(plan(COLLECT).publish.manifest.collection).toEqual({
      database: "events",
      rotation: "never",
    });
  });

  test("is closed before it goes, and what could not be loaded is a loss that is asked about", () => {
    const deployed = afterwards(plan(COLLECT), SHOP);
    Object.assign(deployed.stacks.get("collect")!.parameters, { ApiId: "abc" });
    const gone = plan({ collect: false }, deployed, { ...SHOP, failedMessages: 2 });
    expect(gone.publish.manifest.collection).toBeUndefined();
    expect(gone.stacks.at(-1)).toMatchObject({
      action: "delete",
      stackName: "shop-collect",
      first: { action: "update", parameters: { Open: "false", Database: "events" } },
    });
    expect(lossesOf(gone, deployed)).toEqual([
      "2 messages with events that could not be loaded will be deleted",
    ]);
    Object.assign(deployed.stacks.get("collect")!.parameters, { Open: "false" });
    expect(stackPlan(plan({}, deployed), "collect")).toMatchObject({
      parameters: { Open: "true" },
    });
  });

  test("is never embedded", () => {
    expect(() => plan({ ...COLLECT, storage: "embed" })).toThrow("Events are published");
  });
});
