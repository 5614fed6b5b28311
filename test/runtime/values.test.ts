import { expect, test } from "vitest";
import { realText, valueText } from "../../runtime/values.ts";

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

test("text of other values", () => {
  expect(valueText(null)).toBe("None");
  expect(valueText(9007199254740993n)).toBe("9007199254740993");
  expect(valueText("text")).toBe("text");
  expect(valueText(new Uint8Array([0x61, 0x27, 0x00, 0xff]))).toBe("b'a\\'\\x00\\xff'");
});
