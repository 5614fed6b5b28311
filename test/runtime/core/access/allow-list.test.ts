import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  allowEntry,
  comparableAddress,
  isAllowed,
} from "../../../../runtime/core/access/allow-list.ts";

const ISSUER = "https://login.example.com";
const GOOGLE = "https://accounts.google.com";

/** Whether somebody with this checked address may come in. */
function mayCome(address: string, entry: string, issuer = ISSUER, hd?: string): boolean {
  const email = comparableAddress(address);
  const allow = allowEntry(entry);
  if (allow === null) throw new Error(`${entry} is no entry`);
  return isAllowed({ id: "1", ...(email && { email }), ...(hd && { hd }) }, [allow], issuer);
}

test.each([
  ["ann@example.com", "ann@example.com"],
  ["Ann@Example.COM", "ann@example.com"],
  ["ann@example.com", " Ann@Example.Com "],
  ["ann@example.com", "@example.com"],
  ["ann@EXAMPLE.com", "@Example.com"],
  ["ann@bücher.example", "@bücher.example"],
  ["ann@bücher.example", "@xn--bcher-kva.example"],
  ["ann@xn--bcher-kva.example", "@BÜCHER.example"],
  ["ann@example.com", "anyone"],
])("%s is let in by %s", (address, entry) => {
  expect(mayCome(address, entry)).toBe(true);
});

test.each([
  ["ann@sub.example.com", "@example.com"],
  ["ann@example.com.evil.example", "@example.com"],
  ["ann@evilexample.com", "@example.com"],
  ["ann@example.com@evil.example", "@example.com"],
  ["ann@evil.example/@example.com", "ann@evil.example"],
  ["ann@example.com/x", "@example.com"],
  ["ann@ex%61mple.com", "@example.com"],
  ["ann@example.com:80", "@example.com"],
  ["bob@example.com", "ann@example.com"],
  // The sign for Kelvin, whose small letter is k.
  ["\u212Aim@example.com", "kim@example.com"],
  ["ann@exаmple.com", "@example.com"],
  ["", "@example.com"],
  ["@example.com", "@example.com"],
  ['"ann@example.com"@evil.example', "@example.com"],
])("%j is not let in by %s", (address, entry) => {
  expect(mayCome(address, entry)).toBe(false);
});

test.each([
  "",
  "@",
  "@com",
  "ann",
  "ann@com",
  "@example.com/x",
  "a b@example.com",
  "*@example.com,b@x.example",
  "@1.2.3.4",
  "@*.example.com",
  "ann@@example.com",
])("%j is no entry", (entry) => {
  expect(allowEntry(entry)).toBeNull();
});

test("nobody without a checked address is let in by an address or a domain", () => {
  expect(isAllowed({ id: "ann@example.com" }, ["@example.com", "ann@example.com"], ISSUER)).toBe(
    false,
  );
  expect(isAllowed({ id: "sub:1" }, ["anyone"], ISSUER)).toBe(true);
  expect(isAllowed({ id: "sub:1", email: ["@example.com"] }, ["@example.com"], ISSUER)).toBe(false);
});

describe("a domain on Google's accounts", () => {
  test("is that of accounts which its administrator has made, not of those that somebody made with an old address", () => {
    expect(mayCome("ann@example.com", "@example.com", GOOGLE)).toBe(false);
    expect(mayCome("ann@example.com", "@example.com", GOOGLE, "example.org")).toBe(false);
    expect(mayCome("ann@example.com", "@example.com", GOOGLE, "example.com")).toBe(true);
    expect(mayCome("ann@gmail.com", "@gmail.com", GOOGLE)).toBe(true);
    expect(mayCome("ann@example.com", "ann@example.com", GOOGLE)).toBe(true);
  });
});

test("whatever an address is, a domain lets in only what ends with it after its only @", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      for (const address of [
        text,
        `${text}@example.com`,
        `ann@${text}`,
        `ann@${text}example.com`,
        `ann@example.com${text}`,
      ]) {
        if (!mayCome(address, "@example.com")) continue;
        const compared = comparableAddress(address)!;
        expect(compared).toMatch(/^[^@\s]+@example\.com$/);
      }
    }),
    { numRuns: 30 },
  );
});
