/** What publishing must do on any S3; run against the local AWS and against moto. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { hashFile } from "../../../runtime/publisher/database/hash-file.ts";
import { scrubFreeSpace } from "../../../runtime/publisher/database/scrub.ts";
import { snapshotDatabase } from "../../../runtime/publisher/database/snapshot.ts";
import { publish } from "../../../runtime/publisher/publish/publish.ts";
import { execute, makeDatabase, temporaryDirectory } from "./database/files.ts";
import type { UsedS3 } from "./servers.ts";
import { historyIsRight, newStore, planSite, publishSite, readBack } from "./site.ts";

const PUBLISHER = new URL("publish-once.ts", import.meta.url).pathname;

export function publishSuite(s3: () => UsedS3, kills: number): void {
  describe("publishing", () => {
    test("what is published can be read back, byte for byte", async () => {
      const directory = await temporaryDirectory();
      const [one, two] = [join(directory, "one.db"), join(directory, "two.db")];
      makeDatabase(one, 3);
      makeDatabase(two, 1, "wal");
      const store = await newStore(s3().client);

      const result = await publishSite(store, one, two);

      const { manifest, files } = await readBack(store);
      expect(manifest).toMatchObject({ version: 1, metadata: { title: "Test" } });
      expect([...files.keys()]).toEqual(["one", "two"]);
      expect(files.get("one")!.length).toBeGreaterThan(3_000_000);
      expect(result).toMatchObject({ version: 1, blocksUploaded: result.blocksTotal });
      expect(result.bytesTotal).toBe(files.get("one")!.length + files.get("two")!.length);
      expect(result.bytesUploaded).toBeLessThan(result.bytesTotal);
      expect(await historyIsRight(store)).toBe(true);
    });

    test("the same again uploads nothing", async () => {
      const path = join(await temporaryDirectory(), "data.db");
      makeDatabase(path, 1);
      const store = await newStore(s3().client);
      await publishSite(store, path);
      const before = await store.list("");

      const again = await publishSite(store, path);

      expect(again).toMatchObject({ version: 1, bytesUploaded: 0, blocksUploaded: 0 });
      expect(await store.list("")).toEqual(before);
    });

    test("a small change uploads few blocks, and the old version stays readable", async () => {
      const path = join(await temporaryDirectory(), "data.db");
      makeDatabase(path, 8);
      const store = await newStore(s3().client);
      await publishSite(store, path);
      const old = (await readBack(store)).manifest;
      execute(path, "UPDATE item SET name = 'changed' WHERE id = 4000");

      const result = await publishSite(store, path);

      expect(result.version).toBe(2);
      expect(result.blocksTotal).toBeGreaterThanOrEqual(8);
      expect(result.blocksUploaded).toBeLessThanOrEqual(2);
      const { files } = await readBack(store);
      expect(files.get("data")!.includes("changed")).toBe(true);
      expect((await readBack(store, "manifests/0000000001.json")).manifest).toEqual(old);
    });

    test("a database that is published under a second name uploads no block", async () => {
      const directory = await temporaryDirectory();
      makeDatabase(join(directory, "a.db"), 2);
      const store = await newStore(s3().client);
      await publishSite(store, join(directory, "a.db"));
      await snapshotDatabase(join(directory, "a.db"), join(directory, "b.db"));
      await snapshotDatabase(join(directory, "b.db"), join(directory, "a2.db"));

      const hashes = await Promise.all(
        ["b.db", "a2.db"].map((name) => hashFile(join(directory, name))),
      );
      expect(hashes[0]).toEqual(hashes[1]);
      const result = await publishSite(store, join(directory, "b.db"), join(directory, "a2.db"));
      expect(result).toMatchObject({ version: 2, blocksUploaded: 0 });
    });
  });

  test("a block list that was lost in the bucket is put back", async () => {
    const path = join(await temporaryDirectory(), "data.db");
    makeDatabase(path, 1);
    const store = await newStore(s3().client);
    await publishSite(store, path);
    const { manifest } = await readBack(store);
    await store.delete([`indexes/${manifest.databases[0]!.index}`]);

    expect((await publishSite(store, path)).version).toBe(2);

    expect((await readBack(store)).manifest.version).toBe(2);
    await readBack(store, "manifests/0000000001.json");
  });

  describe("two publishers", () => {
    test("the second one to finish fails, and what the first published stays", async () => {
      const directory = await temporaryDirectory();
      const [mine, theirs] = [join(directory, "mine.db"), join(directory, "theirs.db")];
      makeDatabase(mine, 1);
      makeDatabase(theirs, 1);
      const store = await newStore(s3().client);
      await publishSite(store, mine);
      execute(mine, "DELETE FROM item WHERE id = 7");
      const planned = await planSite(store, [mine], await temporaryDirectory());
      await publishSite(store, theirs);
      const before = (await readBack(store)).manifest;

      const attempt = publish(store, planned.action, planned.databases, planned.published);

      await expect(attempt).rejects.toMatchObject({
        code: "publish_conflict",
        message: expect.stringContaining("published version 2 meanwhile"),
      });
      expect((await readBack(store)).manifest).toEqual(before);
      expect(await historyIsRight(store)).toBe(true);
    });

    test("of two first versions one wins", async () => {
      const directory = await temporaryDirectory();
      makeDatabase(join(directory, "a.db"), 1);
      makeDatabase(join(directory, "b.db"), 1);
      const store = await newStore(s3().client);

      const outcomes = await Promise.allSettled([
        publishSite(store, join(directory, "a.db")),
        publishSite(store, join(directory, "b.db")),
      ]);

      expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      const winner = outcomes[0]?.status === "fulfilled" ? "a" : "b";
      const { manifest } = await readBack(store);
      expect(manifest.databases.map(({ name }) => name)).toEqual([winner]);
      expect(await historyIsRight(store)).toBe(true);
    });
  });

  describe("a publisher that is killed", () => {
    test("history it left behind for a version that never came is overwritten", async () => {
      const path = join(await temporaryDirectory(), "data.db");
      makeDatabase(path, 1);
      const store = await newStore(s3().client);
      await store.put("manifests/0000000001.json", Buffer.from("left over"), "application/json");
      await publishSite(store, path);
      expect(await historyIsRight(store)).toBe(true);
    });

    test("blocks it left behind are reused", async () => {
      const path = join(await temporaryDirectory(), "data.db");
      makeDatabase(path, 3);
      const store = await newStore(s3().client);
      await publishSite(store, path);
      await store.delete(["manifest.json"]);

      const result = await publishSite(store, path);

      expect(result).toMatchObject({ version: 1, blocksUploaded: 0 });
    });

    test("leaves the old version or the new one, whole, and the next run completes", async () => {
      const directory = await temporaryDirectory();
      const path = join(directory, "data.db");
      makeDatabase(path, 4);
      const store = await newStore(s3().client);
      const whole = await runPublisher(s3().endpoint, store.name, path);

      for (let round = 0; round < kills; round++) {
        execute(path, "UPDATE item SET data = randomblob(600) WHERE id % 3 = 0");
        const before = (await readBack(store)).manifest;
        // Spread over the whole run: taking the snapshot, uploading, writing the manifest.
        const moment = ((round + Math.random()) / kills) * whole;
        await runPublisher(s3().endpoint, store.name, path, moment);
        const after = (await readBack(store)).manifest;
        await publishSite(store, path);
        const last = (await readBack(store)).manifest;

        expect([before.version, before.version + 1]).toContain(after.version);
        expect(after).toEqual(after.version === before.version ? before : last);
        expect(last.version).toBe(before.version + 1);
        expect(last.databases[0]!.sha256).toBe(await publishedHash(path));
        expect(await historyIsRight(store)).toBe(true);
      }
    });
  });
}

/** Of what is published of a database: a snapshot without what is left of deleted rows. */
async function publishedHash(path: string): Promise<string> {
  const copy = join(await temporaryDirectory(), "copy.db");
  await snapshotDatabase(path, copy);
  await scrubFreeSpace(copy, path);
  return (await hashFile(copy)).sha256;
}

/** Runs a publisher in a process of its own, killed after so many milliseconds; returns its time. */
async function runPublisher(
  endpoint: string,
  bucket: string,
  path: string,
  killAfter?: number,
): Promise<number> {
  const publisher: ChildProcess = spawn(process.execPath, [PUBLISHER, endpoint, bucket, path], {
    stdio: ["ignore", "pipe", "inherit"],
    // Where its snapshot stays behind when it is killed.
    env: { ...process.env, TMPDIR: dirname(path) },
  });
  onTestFinished(() => {
    publisher.kill("SIGKILL");
  });
  const exit = once(publisher, "exit");
  await once(publisher.stdout!, "data");
  const started = performance.now();
  if (killAfter !== undefined) {
    await Promise.race([sleep(killAfter), exit]);
    publisher.kill("SIGKILL");
  }
  await exit;
  return performance.now() - started;
}
