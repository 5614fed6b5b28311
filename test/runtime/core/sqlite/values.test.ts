import fc from "fast-check";
import { expect, test } from "vitest";
import { integerText, realText, valueText } from "../../../../runtime/core/sqlite/values.ts";

// What Python 3 prints for repr(x).
test.each([
  [1, "1.0"],
  [0, "0.0"],
  [-0, "-0.0"],
  [0.1, "0.1"],
  [100.25, "100.25"],
  [1e15, "1000000000000000.0"],
  [1e16, "1e+16"],
  [1.5e16, "1.5e+16"],
  [1e22, "1e+22"],
  [1e308, "1e+308"],
  [0.0001, "0.0001"],
  [0.00001, "1e-05"],
  [1.5e-7, "1.5e-07"],
  [5e-324, "5e-324"],
  [123456789.123, "123456789.123"],
  [Infinity, "inf"],
  [-Infinity, "-inf"],
])("%d is %s", (value, text) => {
  expect(realText(value)).toBe(text);
});

test("a REAL has the digits that JavaScript gives it, and at least one behind the point", () => {
  const price = fc.integer({ min: -(2 ** 33), max: 2 ** 33 }).map((cents) => cents / 100);
  const nearPrice = price.map((value) => value * (1 + Number.EPSILON));
  const number = fc.oneof(price, nearPrice, fc.double({ noNaN: true, min: 1e-4, max: 1e15 }));
  fc.assert(
    fc.property(number, (value) => {
      fc.pre(value === 0 || Math.abs(value) >= 1e-4);
      const digits = String(value);
      const expected = digits.includes(".") ? digits : `${digits}.0`;
      expect(realText(value)).toBe(Object.is(value, -0) ? "-0.0" : expected);
    }),
    { numRuns: 20_000 },
  );
});

test("an INTEGER has all its digits", () => {
  const nearSafe = fc.integer({ min: -3, max: 3 }).map((by) => 2n ** 53n + BigInt(by));
  const integer = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), nearSafe);
  fc.assert(
    fc.property(integer, (value) => {
      expect(integerText(value)).toBe(value.toString());
    }),
  );
  expect(integerText(0n)).toBe("0");
});

test("text of other values", () => {
  expect(valueText(null)).toBe("None");
  expect(valueText(9007199254740993n)).toBe("9007199254740993");
  expect(valueText("text")).toBe("text");
  expect(valueText(new Uint8Array([0x61, 0x27, 0x00, 0xff]))).toBe("b'a\\'\\x00\\xff'");
});
