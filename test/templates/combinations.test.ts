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

interface Planned {
  stacks: StackContent[];
  /** The version that would be published, as JSON. */
  manifest: string;
}

async function planned(row: Row<Typed>): Promise<Planned> {
  const { plan } = await planFor(row, templates, NOTHING);
  return { stacks: contentsOf(plan), manifest: Buffer.from(plan.publish.bytes).toString() };
}

const plans: [Row<Typed>, Planned][] = [];
for (const row of combinations()) plans.push([row, await planned(row)]);

test("Any two values of any two options make stacks that AWS's schemas allow", () => {
  const faults = plans.flatMap(([row, { stacks }]) =>
    stacks.flatMap((stack) => stackFaults(stack, schemas).map((fault) => ({ fault, row }))),
  );
  expect(faults).toEqual([]);
});

test("No combination makes a template too large for CloudFormation to take", () => {
  const sizes = plans.flatMap(([, { stacks }]) =>
    stacks.map(({ template }) => Buffer.byteLength(template)),
  );
  expect(Math.max(...sizes)).toBeLessThanOrEqual(TEMPLATE_BODY_BYTES);
});

test("Every option that is tried changes what is deployed in one of the combinations", async () => {
  const changesNothing: string[] = [];
  for (const name of Object.keys(factors())) {
    let isChanged = false;
    for (const [row, plan] of plans) {
      if (isChanged || row[name] === null) continue;
      isChanged = JSON.stringify(await planned(without(name, row))) !== JSON.stringify(plan);
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
