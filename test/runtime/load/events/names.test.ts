/** Inputs and outputs are those of dlt's own tests: tests/common/normalizers/test_naming*.py of dlt 1.x. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  joinNames,
  LONGEST_NAME,
  nameOfKey,
  normaliseName,
  normalisePath,
  shorten,
  splitPath,
  tagOf,
} from "../../../../runtime/load/events/names.ts";

describe("A key becomes a name as in dlt's snake_case", () => {
  test.each([
    ["event_value", "event_value"],
    ["event value", "event_value"],
    ["event-.!:*<>value", "event_x_value"],
    ["1event_n'", "_1event_nx"],
    ["123event_n'", "_123event_nx"],
    ["123BaNaNa", "_123_ba_na_na"],
    ["BANANA", "banana"],
    ["BAN_ANA", "ban_ana"],
    ["BANaNA", "ba_na_na"],
    ["Small Love Potion", "small_love_potion"],
    [" Small Love Potion ", "small_love_potion"],
    ["BANANA_", "bananax"],
    ["BANANA____", "bananaxxxx"],
    ["+-!$*@#=|:", "x_xa_lx"],
    ["+1", "x1"],
    ["-1", "_1"],
    ["+-*@|", "x_xal"],
    ["event__value_value2____", "event_value_value2xxxx"],
    ["channelSURFING", "channel_surfing"],
  ])("%s → %s", (key, name) => expect(normaliseName(key)).toBe(name));

  test.each([
    ["small__love__potion", "small__love__potion"],
    ["Small__Love__Potion", "small__love__potion"],
    ["Small  Love  Potion", "small_love_potion"],
    ["Small___Love____Potion_____x", "small___love__potion___x"],
    ["small___love__potion___x", "small___love__potion___x"],
    ["e_vent__value_value2___", "e_vent__value_value2__x"],
  ])("as a path, %s → %s", (key, name) => expect(normalisePath(key)).toBe(name));

  test.each([
    ["A__B__C", ["A", "B", "C"]],
    ["_a___b__C___D", ["_a", "_b", "C", "_D"]],
    ["_a_____b", ["_a", "_b"]],
    ["_a____b", ["_a", "b"]],
    ["_a__  \t\r__b", ["_a", "b"]],
  ])("%s is split", (path, parts) => expect(splitPath(path)).toEqual(parts));

  test.each([
    [["A", "B"], "A__B"],
    [["_A", "_B"], "_A___B"],
    [["_A", "", "_B"], "_A___B"],
    [["_A", "\t\n ", "_B"], "_A___B"],
  ])("%s is joined", (parts, path) => expect(joinNames(parts)).toBe(path));
});

describe("A name that is too long is shortened around a tag", () => {
  test.each([
    ["3f17271231504b8cf65690bcdc379df8a3b8aabe12efe1ea82848ec5f497cb69", "gds0iw"],
    ["58e5c351b53ffe1233e0656a532a721ae1d2ac7af71b6cfec8ceb64c63b10721", "uyboiq"],
    ["e3f34629839cedcabba95354e48a78dc80b0cd35c02ddfbbf20196ba7f968866", "51wdcg"],
    ["f0f22b8e8c58389a6c21dbcc1e261ee0354704e24996a0ec541276f58d1f2f52", "bpm7ca"],
    ["0060c538b6ce02b8d8e2c85b4e2810c58b846f4096ed7ab871fc092c45ac09d9", "zh9xgg"],
    ["4d4b99ff5d2a3d5cd076782c9cd088cd85d5c789d7de6bdc19c1d206b687d485", "2vvr5a"],
  ])("the tag of %s is %s", (text, tag) => expect(tagOf(text)).toBe(tag));

  test("the tag is in the middle, and made of the original", () => {
    expect(shorten("she played cello well", "she played cello well", 20)).toBe(
      "she plauanpualo well",
    );
    expect(shorten("012345678", "xxx012345678xxx", 10)).toBe("012345678");
    const tag = tagOf("long+long:SO+LONG:_>16");
    expect(normaliseName("long+long:SO+LONG:_>16", 16)).toContain(tag);
  });
});

test("Whatever the key, its name is one that is normalised already", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (key) => {
      const name = normalisePath(key);
      expect(name).toMatch(/^[a-z_\p{Nd}]*$/u);
      expect(name.length).toBeLessThanOrEqual(127);
      expect(normalisePath(name)).toBe(name);
    }),
  );
});

test.each([`${"-".repeat(1e6)}a`, `${"_".repeat(1e6)}a`, "Aa".repeat(5e5), "\u00e9_".repeat(5e5)])(
  "a hostile key of a million characters costs no more than its length (%#)",
  (key) => {
    expect(nameOfKey(key).length).toBeLessThanOrEqual(LONGEST_NAME);
  },
);

test("keys that are long are not kept in memory", () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage: () => void = runInNewContext("gc");
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 20; i++) nameOfKey(`${i}`.padEnd(1_000_000, "x"));
  collectGarbage();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(10_000_000);
});
