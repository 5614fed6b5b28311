import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quoteIdentifier, tildeDecode, tildeEncode } from "../../../runtime/core/names.ts";

describe("Tilde encoding", () => {
  test.each([
    ["plain-name_1", "plain-name_1"],
    ["a b", "a+b"],
    ["a/b.c~d", "a~2Fb~2Ec~7Ed"],
    ["naïve", "na~C3~AFve"],
    ["100%", "100~25"],
    ["", ""],
  ])("%s becomes %s", (name, encoded) => {
    expect(tildeEncode(name)).toBe(encoded);
    expect(tildeDecode(encoded)).toBe(name);
  });

  test("every name comes back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const encoded = tildeEncode(name);
        expect(encoded).toMatch(/^[A-Za-z0-9_~+-]*$/);
        expect(tildeDecode(encoded)).toBe(name.toWellFormed());
      }),
    );
  });

  test("what is no escape is read as Datasette reads it", () => {
    expect(tildeDecode("a~2fb")).toBe("a/b");
    expect(tildeDecode("ti~lde")).toBe("ti%lde");
    expect(tildeDecode("~FF")).toBe("\ufffd");
  });
});

test.each([
  ["plain", "plain"],
  ["_x1", "_x1"],
  ["order", '"order"'],
  ["Select", '"Select"'],
  ["two words", '"two words"'],
  ["1st", '"1st"'],
  ['a"b', '"a""b"'],
  ["naïve", '"naïve"'],
])("the identifier %s is written %s", (name, quoted) => {
  expect(quoteIdentifier(name)).toBe(quoted);
});
