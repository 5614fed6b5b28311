import { expect, test } from "vitest";
import { compactLake } from "../../../../runtime/load/lake/compact.ts";
import { LakeSite, message } from "./lake-site.ts";

const HOUR = 3_600_000;
const YESTERDAY = Date.now() - 24 * HOUR;
const later = () => Date.now() + 48 * HOUR;

/** A site with some batches of two days ago, and the one of today after which those are over. */
async function siteWithBatches(count: number): Promise<LakeSite> {
  const site = await LakeSite.make();
  const load = site.loader();
  for (let n = 0; n < count; n++) {
    await load(
      [message([{ n, items: [n], [`c${n}`]: true }])],
      new Date(YESTERDAY - 24 * HOUR + n),
    );
  }
  await load([message([{ n: count }])]);
  return site;
}

const numbers = async (site: LakeSite) =>
  (await site.rows("orders", "n")).map(([n]) => Number(n)).toSorted((a, b) => a - b);

const compact = (site: LakeSite, now = later) => compactLake(site.store, now() + HOUR, now);

test("the files of a day that is over become one, with all columns", async () => {
  const site = await siteWithBatches(5);
  expect(await compact(site)).toEqual({ files: 10 });
  expect(await site.files("orders")).toHaveLength(2);
  expect((await site.files("orders"))[0]).toMatch(/day=.*\/compacted-[0-9a-f]{16}\.parquet$/);
  expect(await numbers(site)).toEqual([0, 1, 2, 3, 4, 5]);
  const flags = await site.rows("orders", "c0", "c4");
  expect(flags.filter(([c0, c4]) => c0 === true || c4 === true)).toEqual([
    [true, null],
    [null, true],
  ]);
  expect((await site.rows("orders__items", "value")).length).toBe(5);
});

test("there is nothing to do while a batch of that day may still be written again, nor twice a day", async () => {
  const site = await siteWithBatches(3);
  // Just now the first batch of today was written down.
  expect(await compact(site, Date.now)).toEqual({ files: 0 });
  expect(await site.files("orders")).toHaveLength(4);
  expect(await compact(site)).toEqual({ files: 6 });
  expect(await compact(site)).toBeNull();
});

test.each(["the new file", "the old ones are deleted"])(
  "who is killed before %s leaves each row there once for whoever comes next",
  async (moment) => {
    const site = await siteWithBatches(4);
    const { store } = site;
    const [put, remove] = [store.put.bind(store), store.delete.bind(store)];
    const killed = () => Promise.reject(new Error("killed"));
    if (moment === "the new file") {
      store.put = (key, body) => (key.includes("compacted") ? killed() : put(key, body));
    } else {
      store.delete = killed;
    }
    await expect(compact(site)).rejects.toThrow("killed");
    Object.assign(store, { put, delete: remove });
    await compact(site);
    expect(await numbers(site)).toEqual([0, 1, 2, 3, 4]);
    expect(await site.files("orders")).toHaveLength(2);
  },
);

test("who is killed while old files are being deleted leaves the rest of them to whoever comes next", async () => {
  const site = await siteWithBatches(4);
  const { store } = site;
  const remove = store.delete.bind(store);
  store.delete = async (keys) => {
    await remove(keys.slice(0, 2));
    throw new Error("killed");
  };
  await expect(compact(site)).rejects.toThrow("killed");
  store.delete = remove;
  await compact(site);
  expect(await numbers(site)).toEqual([0, 1, 2, 3, 4]);
});

test("a batch that is in a large file by now is not exported again, by whoever loads next", async () => {
  const site = await LakeSite.make();
  const load = site.loader();
  for (const n of [0, 1]) await load([message([{ n }])], new Date(YESTERDAY + n));
  expect(await compact(site)).toEqual({ files: 2 });
  await site.loader()([message([{ n: 2 }])]);
  expect(await numbers(site)).toEqual([0, 1, 2]);
});

test("without time it does a part, and goes on the next time", async () => {
  const site = await siteWithBatches(4);
  const now = later();
  let calls = 0;
  const stopped = () => now + (++calls > 6 ? HOUR : 0);
  await compactLake(site.store, now + 1, stopped);
  expect(await compact(site)).not.toBeNull();
  expect(await numbers(site)).toEqual([0, 1, 2, 3, 4]);
  expect(await site.files("orders")).toHaveLength(2);
});
