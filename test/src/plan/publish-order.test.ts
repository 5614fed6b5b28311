import { expect, test } from "vitest";
import type { DeployedState, Facts } from "../../../src/plan/inputs.ts";
import { planUpdate } from "../../../src/plan/plan-update.ts";
import { codeGoesFirst } from "../../../src/plan/publish-order.ts";
import { afterwards, database, facts, NOTHING, OPTIONS } from "./examples.ts";

const NOW = new Date("2026-11-21T12:00:00Z");

function plan(found: Facts, deployed: DeployedState, storage: "embed" | "s3") {
  return planUpdate({ ...OPTIONS, storage }, found, deployed, NOW);
}

function deployed(storage: "embed" | "s3"): DeployedState {
  const shop = facts(database("shop", "abc"));
  return afterwards(plan(shop, NOTHING, storage), shop);
}

/** Data that changed, to be published by a dsl with another function. */
function newer(): Facts {
  const changed = facts(database("shop", "abX"));
  return { ...changed, package: { ...changed.package, codeKey: () => "code/newer.zip" } };
}

test("a function that reads the bucket is updated before it has to read what a newer dsl writes", () => {
  expect(codeGoesFirst(plan(newer(), deployed("s3"), "s3"))).toBe(true);
});

test("otherwise the version is there before what refers to it", () => {
  const changed = facts(database("shop", "abX"));
  expect(codeGoesFirst(plan(newer(), NOTHING, "s3"))).toBe(false);
  expect(codeGoesFirst(plan(changed, deployed("s3"), "s3"))).toBe(false);
  expect(codeGoesFirst(plan(newer(), deployed("embed"), "embed"))).toBe(false);
  expect(codeGoesFirst(plan(newer(), deployed("embed"), "s3"))).toBe(false);
});

test("nor is a function that reads the bucket until it has a copy inside left with what it cannot read", () => {
  expect(codeGoesFirst(plan(newer(), deployed("s3"), "embed"))).toBe(true);
});
