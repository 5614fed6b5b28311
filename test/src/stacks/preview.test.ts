import fc from "fast-check";
import { expect, test } from "vitest";
import { previewName } from "../../../src/stacks/preview.ts";
import { checkSiteName } from "../../../src/stacks/stack-name.ts";

test("a branch keeps its name where it can, and gets a mark where it cannot", () => {
  expect(previewName("shop", "prices")).toBe("shop-preview-prices");
  expect(previewName("shop", "Fix/Prices")).toMatch(/^shop-preview-fix-prices-[0-9a-f]{6}$/);
});

test("every branch has a name that CloudFormation takes, and no two the same", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (one, other) => {
      expect(() => checkSiteName(previewName("shop", one))).not.toThrow();
      if (one !== other) expect(previewName("shop", one)).not.toBe(previewName("shop", other));
    }),
  );
});
