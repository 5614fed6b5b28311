import { expect, test } from "vitest";
import { checkTags } from "../../../src/stacks/tags.ts";

test("tags are keys and values; a value may be empty or contain an equals sign", () => {
  expect(checkTags({ owner: "data team", note: "a=b", empty: "" })).toEqual({
    owner: "data team",
    note: "a=b",
    empty: "",
  });
});

test.each([
  ["aws:owner", "anna", "reserved"],
  ["dsl:site", "shop", "dsl's own"],
  ["k".repeat(129), "v", "more than 128 characters"],
  ["k", "v".repeat(257), "more than 256 characters"],
  ["owner", "<anna>", '"<" is not allowed'],
])("--tag %s=%s is a usage error: %s", (key, value, reason) => {
  expect(() => checkTags({ [key]: value })).toThrow(reason);
});

test("a site takes 48 tags, which leaves two of a stack's 50 for dsl, and not one more", () => {
  const tags = Array.from({ length: 49 }, (_, i) => [`k${i}`, "v"] as const);
  expect(Object.keys(checkTags(Object.fromEntries(tags.slice(1))))).toHaveLength(48);
  expect(() => checkTags(Object.fromEntries(tags))).toThrow("at most 48 tags");
});
