/** What somebody deletes from a site's bucket is put back by the next run. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readPublished } from "../../runtime/publisher/publish/published.ts";
import { BucketStore } from "../../src/aws/bucket-store.ts";
import { describeStack } from "../../src/stacks/describe.ts";
import { getJson, type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  writeItems(join(rehearsal.folder, "shop.db"), 10_000);
});
afterAll(() => rehearsal.end());

async function stack(name: string) {
  return (await describeStack(await rehearsal.clients.cloudFormation(), name))!;
}

async function storeOf(site: string): Promise<BucketStore> {
  const { outputs } = await stack(site);
  return new BucketStore(await rehearsal.clients.s3(), outputs.BucketName!);
}

/** Every object that the deployed function needs: its code, its layer and all blocks. */
async function expectWhole(site: string): Promise<void> {
  const store = await storeOf(site);
  const { parameters } = await stack(`${site}-service`);
  for (const key of [parameters.CodeKey!, parameters.LayerKey!, "manifest.json"]) {
    expect(await store.stat(key), key).not.toBeNull();
  }
  const published = (await readPublished(store))!;
  expect(published.indexes.size).toBe(published.manifest.databases.length);
  expect(published.lostBlocks).toEqual(new Set());
}

test.each(["embed", "s3"])(
  "an emptied bucket gets everything back, and the next change works (%s)",
  async (storage) => {
    const site = `emptied-${storage}`;
    const { url } = await rehearsal.update(site, "shop.db", "--storage", storage);
    const store = await storeOf(site);
    await store.delete((await store.list("")).map(({ key }) => key));
    await rehearsal.update(site, "shop.db");
    await expectWhole(site);
    await rehearsal.update(site, "shop.db", "--memory", "512");
    expect(await getJson(String(url), "/shop/items.json?_size=1")).toMatchObject({ ok: true });
  },
);

test("a block, the code and the layer that are gone are noticed, said and put back", async () => {
  await rehearsal.update("holes", "shop.db", "--storage", "s3");
  const store = await storeOf("holes");
  const [block] = await store.list("blocks/");
  const { parameters } = await stack("holes-service");
  await store.delete([block!.key, parameters.CodeKey!, parameters.LayerKey!]);
  const run = await rehearsal.dsl("update-stack", "holes", "shop.db");
  expect(run).toMatchObject({ exitCode: 0 });
  expect(run.stderr).toContain("Version 1 has lost 1 block in the bucket: it is published again");
  expect(run.stderr).toContain("The bucket has lost the function's code and the function's layer");
  await expectWhole("holes");
  expect(await rehearsal.update("holes", "shop.db")).toMatchObject({ changed: false, version: 2 });
});

test("a rollback that failed is continued, though the code that it goes back to was deleted", async () => {
  await rehearsal.update("torn", "shop.db");
  const failing = { service: "cloudformation", kind: "error", code: "Failed", count: 1 } as const;
  const match = " AWS::Lambda::Function$";
  await rehearsal.inject([
    { ...failing, match, operation: "UpdateResource" },
    { ...failing, match, operation: "RollbackResource" },
  ]);
  const failed = await rehearsal.dsl("update-stack", "torn", "shop.db", "--memory", "512");
  expect(failed.exitCode).toBe(1);
  await rehearsal.inject([]);
  expect((await stack("torn-service")).status).toBe("UPDATE_ROLLBACK_FAILED");
  const store = await storeOf("torn");
  await store.delete(
    [...(await store.list("code/")), ...(await store.list("layers/"))].map(({ key }) => key),
  );
  await rehearsal.update("torn", "shop.db", "--memory", "512");
  await expectWhole("torn");
  expect((await stack("torn-service")).parameters.MemorySize).toBe("512");
});
