import { expect, test } from "vitest";
import { forSharedCache } from "../../../../runtime/site/pipeline/shared-cache.ts";

const ETAG = { etag: 'W/"a"' };

function cacheControl(headers: Record<string, string>, status = 200, isAskedFresh = false) {
  const answer = { status, headers, body: null };
  return forSharedCache(answer, 60, isAskedFresh).headers["cache-control"];
}

test.each([
  [
    "a table's",
    { ...ETAG, "cache-control": "max-age=5" },
    "max-age=5, s-maxage=60, stale-if-error=86400",
  ],
  [
    "a front page's",
    { ...ETAG, "cache-control": "no-cache" },
    "max-age=0, s-maxage=60, stale-if-error=86400",
  ],
  ["one that says nothing", ETAG, "max-age=0, s-maxage=60, stale-if-error=86400"],
  [
    "an earlier version's, which may be made invisible",
    { ...ETAG, "cache-control": "public, max-age=31536000, immutable" },
    "public, max-age=31536000, immutable, s-maxage=60, stale-if-error=86400",
  ],
])("%s answer is asked for again after that time", (_what, headers, expected) => {
  expect(cacheControl(headers)).toBe(expected);
  expect(cacheControl(headers, 304)).toBe(expected);
});

test.each([
  ["private", { ...ETAG, "cache-control": "private, no-store" }],
  ["not to be kept", { "cache-control": "no-store" }],
  [
    "a style sheet by the hash of its content",
    { "cache-control": "public, max-age=31536000, immutable" },
  ],
  ["a view's, whose SQL may ask for the time", { "cache-control": "max-age=5" }],
])("what is %s stays as it was said", (_what, headers) => {
  expect(cacheControl(headers)).toBe(headers["cache-control"]);
});

test("what a visitor asks to be kept for long is not kept for others", () => {
  const asked = { "cache-control": "max-age=999999" };
  expect(cacheControl(asked)).toBe("max-age=999999, s-maxage=60");
  expect(cacheControl({ ...asked, ...ETAG })).toContain("s-maxage=60");
});

test("errors, redirects and what is asked for without caches say nothing of them", () => {
  const headers = { ...ETAG, "cache-control": "max-age=5" };
  expect([302, 404, 500].map((status) => cacheControl(headers, status))).toEqual([
    "max-age=5",
    "max-age=5",
    "max-age=5",
  ]);
  expect(cacheControl(headers, 200, true)).toBe("max-age=5");
});
