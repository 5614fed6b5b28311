import { expect, test } from "vitest";
import { CONTENT_OPTIONS, joinSettings, settingsOf } from "../../../src/options/content-options.ts";
import { readText } from "../../../src/options/read-text.ts";

const SETTING = CONTENT_OPTIONS.find(({ name }) => name === "setting")!.kind;
const STATIC = CONTENT_OPTIONS.find(({ name }) => name === "static")!.kind;

test("settings have a name and a value, and what follows is something else", () => {
  const typed = ["-s", "max_returned_rows", "500", "a.db", "--setting", "base_url", "/a=b/", "b"];
  expect(joinSettings(typed)).toEqual([
    "--setting",
    "max_returned_rows=500",
    "a.db",
    "--setting",
    "base_url=/a=b/",
    "b",
  ]);
  expect(readText(SETTING, "base_url=/a=b/", { max_returned_rows: "500" })).toEqual({
    max_returned_rows: "500",
    base_url: "/a=b/",
  });
});

test("a setting without a value is a usage error", () => {
  expect(() => readText(SETTING, "max_returned_rows")).toThrow("needs a name and a value");
});

test.each([
  ["assets", "must be of the form MOUNT:DIR"],
  ["assets:", "must be of the form MOUNT:DIR"],
  ["a b:src", '"a b" is not a path of letters'],
  ["assets:no-such-folder", "no-such-folder is not a directory"],
])("--static %s is a usage error: %s", (text, reason) => {
  expect(() => readText(STATIC, text)).toThrow(reason);
});

test("a mount is given once", () => {
  const before = readText(STATIC, "/assets/:src");
  expect(() => readText(STATIC, "assets:test", before)).toThrow('"assets" is given twice');
});

test("--prefix is the setting base_url, and must not contradict it", () => {
  const flags = { setting: { default_page_size: "5" }, static: {}, prefix: "data/shop" };
  expect(settingsOf(flags)).toEqual({ default_page_size: "5", base_url: "/data/shop/" });
  expect(settingsOf({ ...flags, setting: { base_url: "data/shop" } })).toEqual({
    base_url: "/data/shop/",
  });
  expect(() => settingsOf({ ...flags, setting: { base_url: "/data/" } })).toThrow(
    "--prefix data/shop and the setting base_url /data/ say different things",
  );
});
