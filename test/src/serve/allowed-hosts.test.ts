import { describe, expect, test } from "vitest";
import { hostCheck } from "../../../src/serve/allowed-hosts.ts";

describe("On a loopback address", () => {
  const isAllowed = hostCheck("127.0.0.1", []);

  test.each([
    "localhost",
    "localhost:8001",
    "LOCALHOST:8001",
    "127.0.0.1:8001",
    "[::1]:8001",
    "a.localhost",
    "127.1.2.3",
  ])("%s is answered", (host) => expect(isAllowed(host)).toBe(true));

  test.each([
    "evil.example",
    "evil.example:8001",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evillocalhost",
    "",
    undefined,
  ])("%s is not", (host) => expect(isAllowed(host)).toBe(false));

  test("names that were given are answered, too", () => {
    const isNamed = hostCheck("::1", ["Tunnel.Example", ".dev.example"]);
    const hosts = [
      "tunnel.example:443",
      "a.dev.example",
      "dev.example",
      "localhost",
      "adev.example",
    ];
    expect(hosts.map((host) => isNamed(host))).toEqual([true, true, true, true, false]);
  });

  test("* is any name", () => expect(hostCheck("localhost", ["*"])("evil.example")).toBe(true));
});

describe("On another address", () => {
  test("every name is answered", () => {
    expect(hostCheck("0.0.0.0", [])("data.example")).toBe(true);
  });

  test("unless names are given: then these and the machine's own", () => {
    const isNamed = hostCheck("0.0.0.0", ["data.example"]);
    expect(["data.example", "other.example", "localhost"].map(isNamed)).toEqual([
      true,
      false,
      true,
    ]);
  });
});
