import { expect, test } from "vitest";
import { manifestEntry } from "../../../runtime/publisher/publish/manifest-build.ts";
import { LARGEST_CACHE } from "../../../src/options/cache-size.ts";
import { ephemeralStorage } from "../../../src/plan/ephemeral-storage.ts";
import { chooseStorage } from "../../../src/plan/storage-mode.ts";
import { database, facts } from "./examples.ts";

const MB = 1_000_000;
const LAYER = 2 * MB;
const ALONE = { kept: [], hasInbox: false, hasCollector: false, hasFollower: false };
/** Zips to a quarter of its size. */
const ofSize = (size: number) => facts(database("data", "x", size));

test("auto embeds up to 40 MB zipped, and uses s3 beyond", () => {
  expect(chooseStorage("auto", null, ofSize(160 * MB), LAYER, ALONE).storage).toBe("embed");
  expect(chooseStorage("auto", null, ofSize(161 * MB), LAYER, ALONE).storage).toBe("s3");
});

test("auto uses s3 for what fits zipped but not unzipped", () => {
  const compressible = { ...database("zeros", "x", 300 * MB), zippedSize: 1 * MB };
  expect(chooseStorage("auto", null, facts(compressible), LAYER, ALONE).storage).toBe("s3");
});

test("an embedded database that outgrows the zip changes to s3, and says so", () => {
  const decision = chooseStorage("auto", "embed", ofSize(200 * MB), LAYER, ALONE);
  expect(decision.storage).toBe("s3");
  expect(decision.note).toContain("50.0 MB zipped");
});

test("s3 stays s3 when the databases shrink, until embed is asked for", () => {
  expect(chooseStorage("auto", "s3", ofSize(1 * MB), LAYER, ALONE).storage).toBe("s3");
  expect(chooseStorage("embed", "s3", ofSize(1 * MB), LAYER, ALONE).storage).toBe("embed");
});

test("embed on demand is allowed up to Lambda's limit, layer and code included", () => {
  const limit = 262_144_000 - LAYER - 500_000;
  expect(chooseStorage("embed", null, ofSize(limit), LAYER, ALONE).storage).toBe("embed");
  expect(() => chooseStorage("embed", null, ofSize(limit + 1), LAYER, ALONE)).toThrow(
    expect.objectContaining({ code: "too_large_to_embed", hint: "--storage s3" }),
  );
});

test("a database that others publish is served from s3, and embed is refused", () => {
  const now = new Date("2026-11-21T12:00:00Z");
  const kept = {
    kept: [manifestEntry(database("sales", "a"), "inbox", undefined, now)],
    hasInbox: false,
    hasCollector: false,
    hasFollower: false,
  };
  expect(chooseStorage("auto", null, ofSize(1 * MB), LAYER, kept)).toEqual({
    storage: "s3",
    note: null,
  });
  expect(chooseStorage("auto", "embed", ofSize(1 * MB), LAYER, kept).note).toBe(
    "The database sales (origin: inbox) is published by itself: storage changes from embed to s3",
  );
  expect(() => chooseStorage("embed", "s3", ofSize(1 * MB), LAYER, kept)).toThrow(
    expect.objectContaining({ code: "cannot_embed", hint: "--storage s3" }),
  );
});

test("a site with an inbox is served from s3", () => {
  const inbox = { kept: [], hasInbox: true, hasCollector: false, hasFollower: false };
  expect(chooseStorage("auto", null, ofSize(1 * MB), LAYER, inbox).storage).toBe("s3");
  expect(() => chooseStorage("embed", null, ofSize(1 * MB), LAYER, inbox)).toThrow(
    "What comes through the inbox is published without a deployment, so",
  );
});

test("embedded storage needs no more of /tmp than everybody gets", () => {
  expect(ephemeralStorage("embed", 9000, 4096)).toBe(512);
});

test("s3 storage is content with what everybody gets, however large the databases are", () => {
  expect(ephemeralStorage("s3", undefined, null)).toBe(512);
  expect(ephemeralStorage("s3", 100, null)).toBe(512);
});

test("a cache that is asked for leaves room for sorting, and stays until another is asked for", () => {
  expect(ephemeralStorage("s3", 1000, null)).toBe(1128);
  expect(ephemeralStorage("s3", LARGEST_CACHE, 512)).toBe(10_240);
  expect(ephemeralStorage("s3", undefined, 1128)).toBe(1128);
});
