import { describe, expect, test } from "vitest";
import { assetFile, findAsset } from "../../../../../runtime/site/views/html/assets.ts";

describe("static files", () => {
  test.each(["../index.cjs", "..", "", "nothing.js", "assets", "%2e%2e%2findex.cjs", "a/b.js"])(
    "%s is none of them",
    (name) => {
      expect(findAsset(name)).toBeNull();
    },
  );

  test("are found from the sources, too", () => {
    expect(findAsset(assetFile("icon.svg"))?.contentType).toBe("image/svg+xml");
  });
});
