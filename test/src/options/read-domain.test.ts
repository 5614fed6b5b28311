import { expect, test } from "vitest";
import { readDomain } from "../../../src/options/read-domain.ts";

test.each([
  ["data.example.com", "data.example.com"],
  ["Data.Example.COM", "data.example.com"],
  ["data.example.com.", "data.example.com"],
  [" data.example.com ", "data.example.com"],
  ["bücher.example", "xn--bcher-kva.example"],
  ["BÜCHER.example.", "xn--bcher-kva.example"],
  ["例え.テスト", "xn--r8jz45g.xn--zckzah"],
  ["xn--bcher-kva.example", "xn--bcher-kva.example"],
  ["a-b.1.example", "a-b.1.example"],
  [`${"a".repeat(63)}.example`, `${"a".repeat(63)}.example`],
  [`${"a.".repeat(123)}example`, `${"a.".repeat(123)}example`],
])("--domain %j is %j", (typed, name) => {
  expect(readDomain(typed)).toBe(name);
  expect(readDomain(name)).toBe(name);
});

test.each([
  ["https://data.example.com/", "the name alone: data.example.com"],
  ["http://anna@data.example.com:8080/path?a=1#b", "the name alone: data.example.com"],
  ["data.example.com:8080", "the name alone: data.example.com"],
  ["data.example.com/shop", "the name alone: data.example.com"],
  ["anna@example.com", "the name alone: example.com"],
  ["https://", "the name alone, without https://"],
  ["https://:8080", "the name alone, without https://"],
])("--domain %j is refused, and the name in it is named", (typed, says) => {
  expect(() => readDomain(typed)).toThrow(says);
});

test.each(["*.example.com", "*", "data.*.com"])("--domain %j: no wildcards", (typed) => {
  expect(() => readDomain(typed)).toThrow("wildcards are not served");
});

test.each([
  "",
  ".",
  "localhost",
  "data..example.com",
  ".example.com",
  "data.example.com..",
  "-data.example.com",
  "data-.example.com",
  "my_data.example.com",
  "my data.example.com",
  "192.0.2.7",
  "0x7f.1",
  "data.example.com,www.example.com",
  "data。example。com。。",
  `${"a".repeat(64)}.example`,
  `${"a.".repeat(124)}example`,
  `${"ü".repeat(60)}.example`,
])("--domain %j is the name of no domain", (typed) => {
  expect(() => readDomain(typed)).toThrow("such as data.example.com");
});
