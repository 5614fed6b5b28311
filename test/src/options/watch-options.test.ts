import { expect, test } from "vitest";
import { address, interval } from "../../../src/options/watch-options.ts";

test.each([
  ["500ms", 500],
  ["1s", 1_000],
  ["2", 2_000],
  ["0.5s", 500],
  ["5m", 300_000],
])("--interval %s is %d milliseconds", (text, expected) => {
  expect(interval(text)).toBe(expected);
});

test.each(["", "0", "50ms", "25h", "1d", "soon"])("--interval %s is refused", (text) => {
  expect(() => interval(text)).toThrow("such as 500ms, 1s or 5m");
});

test.each([
  ["9090", { host: "127.0.0.1", port: 9090 }],
  [":9090", { host: "127.0.0.1", port: 9090 }],
  ["0.0.0.0:9090", { host: "0.0.0.0", port: 9090 }],
  ["[::1]:9090", { host: "::1", port: 9090 }],
])("--metrics %s", (text, expected) => {
  expect(address(text)).toEqual(expected);
});

test.each(["", "host", "host:", "::1:9090", "host:99999"])("--metrics %s is refused", (text) => {
  expect(() => address(text)).toThrow("127.0.0.1:9090");
});
