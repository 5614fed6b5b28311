import { expect, test } from "vitest";
import { readResourceSchemas } from "../../src/overrides/resource-schema.ts";
import type { StackContent } from "../../src/plan/plan.ts";
import { readTemplates } from "../../src/stacks/templates.ts";
import { NOTHING } from "../src/plan/examples.ts";
import { combinations, contentsOf, planFor, stackFaults } from "./combinations.ts";
import { factors, mayBe, type Typed } from "./option-values.ts";
import type { Row } from "./pairwise.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const TEMPLATE_BODY_BYTES = 51_200;

const schemas = await readResourceSchemas();
const templates = await readTemplates();

async function stacksFor(row: Row<Typed>): Promise<StackContent[]> {
  return contentsOf((await planFor(row, templates, NOTHING)).plan);
}

const planned: [Row<Typed>, StackContent[]][] = [];
for (const row of combinations()) planned.push([row, await stacksFor(row)]);

test("Any two values of any two options make stacks that AWS's schemas allow", () => {
  const faults = planned.flatMap(([row, stacks]) =>
    stacks.flatMap((stack) => stackFaults(stack, schemas).map((fault) => ({ fault, row }))),
  );
  expect(faults).toEqual([]);
});

test("No combination makes a template too large for CloudFormation to take", () => {
  const sizes = planned.flatMap(([, stacks]) =>
    stacks.map(({ template }) => Buffer.byteLength(template)),
  );
  expect(Math.max(...sizes)).toBeLessThanOrEqual(TEMPLATE_BODY_BYTES);
});

test("Every option that is tried changes a stack in one of the combinations", async () => {
  const changesNothing: string[] = [];
  for (const name of Object.keys(factors())) {
    let isChanged = false;
    for (const [row, stacks] of planned) {
      if (isChanged || row[name] === null) continue;
      isChanged = JSON.stringify(await stacksFor(without(name, row))) !== JSON.stringify(stacks);
    }
    if (!isChanged) changesNothing.push(name);
  }
  expect(changesNothing).toEqual([]);
});

/** The row without an option and what cannot be without it. */
function without(name: string, row: Row<Typed>): Row<Typed> {
  const others = Object.entries(row).map(([other, value]) => {
    const fits = mayBe({ [name]: null, [other]: value });
    return [other, other === name || !fits ? null : value];
  });
  return Object.fromEntries(others);
}
