import { expect, test } from "vitest";
import { MemoryStore } from "../../../../runtime/core/store/memory-store.ts";
import { collectAtTimes } from "../../../../runtime/load/inbox/collect-at-times.ts";
import { loadObject } from "../../../../runtime/load/inbox/load-object.ts";
import { readBack } from "../../publisher/site.ts";
import { drop, InboxSite } from "./inbox-site.ts";

const HOUR_MS = 3_600_000;
const content = /^(blocks|indexes|manifests)\//;

/** Whose content was written days ago. */
class Aged extends MemoryStore {
  override async list(prefix: string) {
    const old = new Date(Date.now() - 48 * HOUR_MS);
    const listed = await super.list(prefix);
    return listed.map((each) => (content.test(each.key) ? { ...each, lastModified: old } : each));
  }
}

test("the inbox removes what no kept version needs, some times a day, and nothing else", async () => {
  const site = new InboxSite();
  const published = await site.publish();
  const store = new Aged();
  for (const { key } of await published.list("")) {
    await store.put(key, (await published.get(key))!.body);
  }
  await store.put("code/old.zip", Buffer.from("zip"));
  for (let i = 0; i < 12; i++) {
    await loadObject(store, await drop(store, "inbox/a.csv", `x\n${i}\n`));
  }
  expect(await collectAtTimes(store)).toMatchObject({ objects: expect.any(Number) });
  const versions = (await store.list("manifests/")).map(({ key }) => key);
  expect([versions.length, versions[0]]).toEqual([10, "manifests/0000000004.json"]);
  expect(await store.stat("code/old.zip")).not.toBeNull();
  for (const key of versions) expect((await readBack(store, key)).files.size).toBe(2);
  expect(await collectAtTimes(store)).toBeNull();
  site.end();
});
