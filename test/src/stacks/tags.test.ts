import { expect, test } from "vitest";
import { parseTags } from "../../../src/stacks/tags.ts";

test("tags are keys and values; a value may be empty or contain an equals sign", () => {
  expect(parseTags(["owner=data team", "note=a=b", "empty="])).toEqual({
    owner: "data team",
    note: "a=b",
    empty: "",
  });
});

test.each([
  ["owner", "must have the form KEY=VALUE"],
  ["=anna", "must have the form KEY=VALUE"],
  ["aws:owner=anna", "reserved"],
  ["dsl:site=shop", "dsl's own"],
  [`${"k".repeat(129)}=v`, "more than 128 characters"],
  [`k=${"v".repeat(257)}`, "more than 256 characters"],
  ["owner=<anna>", '"<" is not allowed'],
])("--tag %s is a usage error: %s", (text, reason) => {
  expect(() => parseTags([text])).toThrow(reason);
});

test("a site takes 48 tags, which leaves two of a stack's 50 for dsl, and not one more", () => {
  const tags = Array.from({ length: 49 }, (_, i) => `k${i}=v`);
  expect(Object.keys(parseTags(tags.slice(1)))).toHaveLength(48);
  expect(() => parseTags(tags)).toThrow("at most 48 tags");
});
