/** What every ObjectStore does, wherever the objects are. */
import { expect, test } from "vitest";
import type { ObjectStore } from "../../../../runtime/core/store/object-store.ts";

const TYPE = "application/octet-stream";

/** `newStore` gives an empty store for each test. */
export function describeStore(newStore: () => Promise<ObjectStore>): void {
  test("an object is read back whole, in part, and by its facts", async () => {
    const store = await newStore();
    const etag = await store.put("a/b c+ü&.bin", Buffer.from("0123456789"), TYPE);
    expect(await store.get("a/b c+ü&.bin")).toEqual({ body: Buffer.from("0123456789"), etag });
    expect((await store.getRange("a/b c+ü&.bin", 2, 3))?.toString()).toBe("234");
    expect((await store.getRange("a/b c+ü&.bin", 8, 100))?.toString()).toBe("89");
    const facts = await store.stat("a/b c+ü&.bin");
    expect(facts).toMatchObject({ etag, size: 10 });
    expect(Math.abs(Date.now() - facts!.lastModified.getTime())).toBeLessThan(60_000);
  });

  test("what is not there is null", async () => {
    const store = await newStore();
    expect(await store.get("none")).toBeNull();
    expect(await store.getRange("none", 0, 5)).toBeNull();
    expect(await store.stat("none")).toBeNull();
  });

  test("an object is created once", async () => {
    const store = await newStore();
    const etag = await store.putIf({ ifNoneMatch: "*" }, "m", Buffer.from("one"), TYPE);
    expect(etag).not.toBeNull();
    expect(await store.putIf({ ifNoneMatch: "*" }, "m", Buffer.from("two"), TYPE)).toBeNull();
    expect((await store.get("m"))?.body.toString()).toBe("one");
  });

  test("an object is replaced only while it is what it was", async () => {
    const store = await newStore();
    const first = await store.put("m", Buffer.from("one"), TYPE);
    const second = await store.putIf({ ifMatch: first }, "m", Buffer.from("two"), TYPE);
    expect(second).not.toBe(first);
    expect(await store.putIf({ ifMatch: first }, "m", Buffer.from("three"), TYPE)).toBeNull();
    expect((await store.get("m"))?.body.toString()).toBe("two");
    expect(await store.putIf({ ifMatch: first }, "none", Buffer.from("x"), TYPE)).toBeNull();
  });

  test("of many who replace the same object at once, one wins", async () => {
    const store = await newStore();
    const etag = await store.put("m", Buffer.from("before"), TYPE);
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        store.putIf({ ifMatch: etag }, "m", Buffer.from(`writer ${i}`), TYPE),
      ),
    );
    expect(outcomes.filter((outcome) => outcome !== null)).toHaveLength(1);
  });

  test("objects are listed by prefix, with their sizes", async () => {
    const store = await newStore();
    for (const key of ["blocks/b", "blocks/a é+&<", "indexes/a"]) {
      await store.put(key, Buffer.from(key), TYPE);
    }
    const listed = await store.list("blocks/");
    expect(listed.map(({ key }) => key)).toEqual(["blocks/a é+&<", "blocks/b"]);
    expect(listed.map(({ size }) => size)).toEqual([Buffer.byteLength("blocks/a é+&<"), 8]);
    expect(await store.list("nothing/")).toEqual([]);
    expect((await store.list("block")).map(({ key }) => key)).toHaveLength(2);
    expect(await store.list("", 1)).toHaveLength(1);
    expect(await store.list("blocks/", 5)).toHaveLength(2);
  });

  test("an object is copied", async () => {
    const store = await newStore();
    await store.put("a é+&<", Buffer.from("content"), TYPE);
    await store.copy("a é+&<", "copies/a é+&<");
    expect((await store.get("copies/a é+&<"))?.body.toString()).toBe("content");
    await expect(store.copy("none", "copies/none")).rejects.toThrow();
  });

  test("objects are deleted, those that are not there as well", async () => {
    const store = await newStore();
    await store.put("a é+&<", Buffer.from("a"), TYPE);
    await store.put("b", Buffer.from("b"), TYPE);
    await store.delete(["a é+&<", "none"]);
    expect((await store.list("")).map(({ key }) => key)).toEqual(["b"]);
  });
}
