/** What is deleted from a bucket, and what is not, on any S3. */

import { join } from "node:path";
import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import type { ListedObject } from "../../../runtime/core/store/object-store.ts";
import { collectGarbage } from "../../../runtime/publisher/collect/collect.ts";
import { BucketStore } from "../../../src/aws/bucket-store.ts";
import { emptyBucket } from "../../../src/aws/empty-bucket.ts";
import { execute, makeDatabase, temporaryDirectory } from "./database/files.ts";
import type { UsedS3 } from "./servers.ts";
import { newStore, publishSite, readBack } from "./site.ts";

const DAY_MS = 86_400_000;

export function cleanUpSuite(s3: () => UsedS3): void {
  describe("collecting garbage", () => {
    test("removes what only versions beyond the tenth refer to", async () => {
      const path = join(await temporaryDirectory(), "data.db");
      makeDatabase(path, 2);
      const store = await newStore(s3().client);
      for (let version = 1; version <= 12; version++) {
        execute(path, `UPDATE item SET data = randomblob(600) WHERE id = 1`);
        await publishSite(store, path);
      }
      await store.put("cards/old.png", Buffer.from("old"), "image/png");
      await store.put("code/old.zip", Buffer.from("old"), "application/zip");
      await store.put("code/new.zip", Buffer.from("new"), "application/zip");
      await store.put("notes.txt", Buffer.from("not ours"), "text/plain");
      const before = await store.list("");

      const collected = await collectGarbage(aged(store, s3().client), ["code/new.zip"]);

      const left = new Set((await store.list("")).map(({ key }) => key));
      const gone = before.map(({ key }) => key).filter((key) => !left.has(key));
      expect(gone.filter((key) => !/^(blocks|indexes)\//.test(key))).toEqual([
        "cards/old.png",
        "code/old.zip",
        "manifests/0000000001.json",
        "manifests/0000000002.json",
      ]);
      // Each version has a block list and one block of its own.
      expect(gone.filter((key) => key.startsWith("indexes/"))).toHaveLength(2);
      expect(gone.filter((key) => key.startsWith("blocks/"))).toHaveLength(2);
      expect(collected.objects).toBe(gone.length);
      for (let version = 3; version <= 12; version++) {
        await readBack(store, `manifests/${String(version).padStart(10, "0")}.json`);
      }
    });

    test("removes nothing that is younger than a day", async () => {
      const path = join(await temporaryDirectory(), "data.db");
      makeDatabase(path, 1);
      const store = await newStore(s3().client);
      await publishSite(store, path);
      await store.put("blocks/ab/abc.zst", Buffer.from("young"), "application/zstd");
      expect(await collectGarbage(store, [])).toEqual({ objects: 0, bytes: 0 });
      expect(await store.stat("blocks/ab/abc.zst")).not.toBeNull();
    });

    test("removes nothing when a kept version has lost its block list", async () => {
      const path = join(await temporaryDirectory(), "data.db");
      makeDatabase(path, 1);
      const store = await newStore(s3().client);
      await publishSite(store, path);
      const { manifest } = await readBack(store);
      await store.delete([`indexes/${manifest.databases[0]!.index}`]);
      const before = await store.list("");
      await expect(collectGarbage(aged(store, s3().client), [])).rejects.toThrow(
        "block list of data",
      );
      expect(await store.list("")).toEqual(before);
    });
  });

  describe("emptying a bucket", () => {
    test("deletes more objects than one request can", async () => {
      const store = await newStore(s3().client);
      const keys = Array.from({ length: 1100 }, (_, i) => `exports/${i}`);
      while (keys.length > 0) {
        const some = keys.splice(0, 50);
        await Promise.all(some.map((key) => store.put(key, Buffer.from("x"), "text/plain")));
      }
      const progress: number[] = [];
      expect(await emptyBucket(s3().client, store.name, (done) => progress.push(done))).toBe(1100);
      expect(progress.at(-1)).toBe(1100);
      expect(await store.list("")).toEqual([]);
    });

    test("deletes all versions, delete markers and unfinished uploads", async () => {
      const store = await newStore(s3().client);
      const Bucket = store.name;
      await s3().client.send(
        new PutBucketVersioningCommand({
          Bucket,
          VersioningConfiguration: { Status: "Enabled" },
        }),
      );
      for (const body of ["one", "two"])
        await store.put("a b/ü.txt", Buffer.from(body), "text/plain");
      await store.delete(["a b/ü.txt"]);
      const { UploadId } = await s3().client.send(
        new CreateMultipartUploadCommand({ Bucket, Key: "big" }),
      );
      await s3().client.send(
        new UploadPartCommand({ Bucket, Key: "big", UploadId, PartNumber: 1, Body: "part" }),
      );

      expect(await emptyBucket(s3().client, Bucket)).toBe(4);

      const versions = await s3().client.send(new ListObjectVersionsCommand({ Bucket }));
      expect([...(versions.Versions ?? []), ...(versions.DeleteMarkers ?? [])]).toEqual([]);
      const { Uploads = [] } = await s3().client.send(new ListMultipartUploadsCommand({ Bucket }));
      expect(Uploads).toEqual([]);
    });

    test("an empty bucket is left as it is; a missing one is an error", async () => {
      expect(await emptyBucket(s3().client, (await newStore(s3().client)).name)).toBe(0);
      await expect(emptyBucket(s3().client, "no-such-bucket-here")).rejects.toMatchObject({
        name: "NoSuchBucket",
      });
    });
  });
}

/** The same bucket two days later, as far as everything but the newest manifest is concerned. */
function aged(store: BucketStore, client: S3Client): BucketStore {
  class AgedStore extends BucketStore {
    override async list(prefix: string): Promise<ListedObject[]> {
      const objects = await super.list(prefix);
      return objects.map((object) =>
        object.key === "manifest.json"
          ? object
          : { ...object, lastModified: new Date(object.lastModified.getTime() - 2 * DAY_MS) },
      );
    }
  }
  return new AgedStore(client, store.name);
}
