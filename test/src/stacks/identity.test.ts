import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Stack } from "../../../src/stacks/describe.ts";
import { identityTags, requireIdentity, templateFor } from "../../../src/stacks/identity.ts";
import { type Identity, ROLES } from "../../../src/stacks/roles.ts";

const SHOP: Identity = { site: "shop", role: "bucket" };

function stack(changes: Partial<Stack>): Stack {
  const none = { parameters: {}, outputs: {}, tags: {}, changedAt: new Date(0), roleArn: null };
  return {
    name: "shop",
    id: "arn",
    status: "CREATE_COMPLETE",
    description: "",
    ...none,
    ...changes,
  };
}

/** What CloudFormation tells of the description. */
function descriptionOf(template: string): string {
  return /^Description: "(.*)"$/m.exec(template)?.[1] ?? "";
}

test.each(ROLES)("the %s template says whose it is, and nothing else changes in it", (role) => {
  const path = new URL(`../../../templates/${role}.yaml`, import.meta.url);
  const template = readFileSync(path, "utf8");
  const marked = templateFor({ site: "shop", role }, template);
  const description = descriptionOf(marked);
  expect(description).toBe(`${descriptionOf(template)} (site shop, role ${role})`);
  expect(marked.replace(description, "")).toBe(template.replace(descriptionOf(template), ""));
  requireIdentity(stack({ description }), { site: "shop", role });
});

test("tags alone, or the description alone, are enough", () => {
  requireIdentity(stack({ tags: identityTags(SHOP) }), SHOP);
  requireIdentity(stack({ description: "dsl: anything (site shop, role bucket)" }), SHOP);
});

test.each<[string, Partial<Stack>, string]>([
  [
    "its tags",
    { tags: identityTags({ site: "other", role: "bucket" }) },
    "bucket stack of site other",
  ],
  [
    "its description",
    { description: "dsl: x (site Shop, role bucket)" },
    "bucket stack of site Shop",
  ],
  [
    "one of both",
    {
      tags: identityTags(SHOP),
      description: "dsl: x (site shop, role service)",
    },
    "service stack of site shop",
  ],
  [
    "a role of a later version",
    { tags: identityTags({ ...SHOP, role: "inbox" as never }) },
    "inbox",
  ],
  ["one tag of two", { tags: { "dsl:site": "shop" } }, "(unknown) stack of site shop"],
])("a stack that is another one by %s is refused", (_, changes, whose) => {
  expect(() => requireIdentity(stack(changes), SHOP)).toThrow(whose);
});

test("the first version's stacks are known by their whole description and their name", () => {
  const bucket = { description: "dsl: the bucket that holds the published databases" };
  const service = {
    description: "dsl: the function and the HTTP API that serve the published databases",
  };
  requireIdentity(stack(bucket), SHOP);
  requireIdentity(stack({ ...service, name: "shop-service" }), { site: "shop", role: "service" });
  requireIdentity(stack({ ...bucket, name: "shop-service" }), {
    site: "shop-service",
    role: "bucket",
  });
  expect(() =>
    requireIdentity(stack({ ...service, name: "shop-service" }), {
      site: "shop-service",
      role: "bucket",
    }),
  ).toThrow("is the service stack of site shop");
});

test("what says nothing of the kind was not made by dsl, unless it is only proposed", () => {
  expect(() => requireIdentity(stack({ description: "dsl: something" }), SHOP)).toThrow(
    "was not made by dsl",
  );
  requireIdentity(stack({ status: "REVIEW_IN_PROGRESS" }), SHOP);
});
