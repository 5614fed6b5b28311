import { describe, expect, test } from "vitest";
import { historyKey, MANIFEST_KEY } from "../../../runtime/core/format/manifest.ts";
import { MemoryStore } from "../../../runtime/core/store/memory-store.ts";
import { PrefixStore } from "../../../runtime/core/store/prefix-store.ts";
import {
  buildManifest,
  encodeManifest,
} from "../../../runtime/publisher/publish/manifest-build.ts";
import { claimPlace } from "../../../src/replicas/claim.ts";
import type { OpenPlace } from "../../../src/replicas/open-place.ts";

const PUBLISHER = { who: "anna@here", what: "replicate" };
const SITE = encodeManifest(
  buildManifest(1, new Date(), "0", [], {
    config: {},
    metadata: {},
    settings: {},
    flags: { cors: false, crossdb: false, defaultDeny: false },
  }),
);

function placeIn(whole: MemoryStore, path: string): OpenPlace {
  return { store: new PrefixStore(whole, path, `s3://b/${path}`), whole, path, client: null };
}

async function keysOf(store: MemoryStore): Promise<string[]> {
  return (await store.list("")).map(({ key }) => key);
}

describe("The place of a replica", () => {
  test("is marked before anything else is written, and belongs to that database from then on", async () => {
    const whole = new MemoryStore();
    const place = placeIn(whole, "a/shop");
    const first = await claimPlace(place, "shop", PUBLISHER);
    expect(first).toMatchObject({
      version: 0,
      databases: [],
      replica: "shop",
      keep: { hours: 168 },
    });
    expect(await keysOf(whole)).toEqual(["a/shop/manifest.json"]);
    // As it is after a run that was killed while it sent the first version.
    await place.store.put("blocks/ab/abc.zst", Buffer.from("x"), "");
    expect(await claimPlace(place, "shop", PUBLISHER)).toEqual(first);
    await expect(claimPlace(place, "blog", PUBLISHER)).rejects.toMatchObject({
      code: "another_replica",
      message: "s3://b/a/shop has the replica of another database, shop",
    });
  });

  test("of many who come at once to an empty place, those of one database agree and the others are refused", async () => {
    const place = placeIn(new MemoryStore(), "shop");
    const outcomes = await Promise.allSettled(
      ["shop", "blog", "shop", "blog"].map((name) => claimPlace(place, name, PUBLISHER)),
    );
    expect(outcomes.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "rejected",
    ]);
  });

  test.each([
    [{ [MANIFEST_KEY]: SITE }, "not_a_replica", "belongs to a site"],
    [{ [MANIFEST_KEY]: Buffer.from('{"name": "My app"}') }, "not_a_replica", "of something else"],
    [{ "notes.txt": Buffer.from("x") }, "place_in_use", "is not empty (notes.txt)"],
    // A site's bucket whose manifest was removed.
    [{ [historyKey(1)]: SITE }, "place_in_use", "is not empty (manifests/0000000001.json)"],
  ])(
    "what has something else is refused and stays as it is: %#",
    async (objects, code, sentence) => {
      const whole = new MemoryStore();
      for (const [key, body] of Object.entries(objects)) await whole.put(`p/${key}`, body);
      const before = await keysOf(whole);
      await expect(claimPlace(placeIn(whole, "p"), "shop", PUBLISHER)).rejects.toMatchObject({
        code,
        message: expect.stringContaining(sentence),
      });
      expect(await keysOf(whole)).toEqual(before);
    },
  );

  test("no place is inside of a site's bucket or of another replica, which would remove it", async () => {
    const whole = new MemoryStore();
    await whole.put(MANIFEST_KEY, SITE);
    for (const path of ["blocks/shop", "backups/shop", "x"]) {
      await expect(claimPlace(placeIn(whole, path), "shop", PUBLISHER)).rejects.toMatchObject({
        code: "place_in_use",
        message: expect.stringContaining("a site"),
      });
    }
    const other = new MemoryStore();
    await claimPlace(placeIn(other, "a"), "blog", PUBLISHER);
    await expect(claimPlace(placeIn(other, "a/b/c"), "shop", PUBLISHER)).rejects.toThrow(
      "the replica of blog",
    );
    expect(await keysOf(other)).toEqual(["a/manifest.json"]);
  });
});
