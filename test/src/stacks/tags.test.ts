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
  [`${"k".repeat(129)}=v`, "more than 128 characters"],
  [`k=${"v".repeat(257)}`, "more than 256 characters"],
  ["owner=<anna>", '"<" is not allowed'],
])("--tag %s is a usage error: %s", (text, reason) => {
  expect(() => parseTags([text])).toThrow(reason);
});

test("a stack takes 50 tags and not one more", () => {
  const tags = Array.from({ length: 51 }, (_, i) => `k${i}=v`);
  expect(Object.keys(parseTags(tags.slice(1)))).toHaveLength(50);
  expect(() => parseTags(tags)).toThrow("at most 50 tags");
});
