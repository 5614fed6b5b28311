import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import type { TestBucket } from "./s3-bucket.ts";

/** Lists, versions, and deleting many. */
export function listContract(bucket: TestBucket): void {
  describe("lists", () => {
    test("are in the order of the keys' bytes", async () => {
      for (const key of ["b", "a/2", "a/10", "Z", "é", "a"]) await bucket.put(key);
      expect(await bucket.keys()).toEqual(["Z", "a", "a/10", "a/2", "b", "é"]);
      expect(await bucket.keys("a/")).toEqual(["a/10", "a/2"]);
    });

    test("tell size and etag", async () => {
      const { ETag } = await bucket.put("key", "12345");
      const { Contents } = await bucket.s3.send(new ListObjectsV2Command({ Bucket: bucket.name }));
      expect(Contents).toMatchObject([{ Key: "key", Size: 5, ETag }]);
      expect(Contents![0]!.LastModified).toBeInstanceOf(Date);
    });

    test("sum up what a delimiter separates", async () => {
      for (const key of ["a/1", "a/2", "b/1", "c", "d/e/f"]) await bucket.put(key);
      const list = await bucket.s3.send(
        new ListObjectsV2Command({ Bucket: bucket.name, Delimiter: "/" }),
      );
      expect(list.Contents?.map(({ Key }) => Key)).toEqual(["c"]);
      expect(list.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(["a/", "b/", "d/"]);
      expect(list.KeyCount).toBe(4);
    });

    test("come in pages that lose and repeat nothing", async () => {
      const expected = ["a/1", "a/2", "b", "c/1", "c/2", "d", "e"];
      for (const key of expected) await bucket.put(key);
      const seen: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await bucket.s3.send(
          new ListObjectsV2Command({ Bucket: bucket.name, MaxKeys: 3, ContinuationToken }),
        );
        expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined);
        seen.push(...(page.Contents ?? []).map(({ Key }) => Key!));
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken);
      expect(seen).toEqual(expected);
    });

    test("start after a key", async () => {
      for (const key of ["a", "b", "c"]) await bucket.put(key);
      const list = await bucket.s3.send(
        new ListObjectsV2Command({ Bucket: bucket.name, StartAfter: "a" }),
      );
      expect(list.Contents?.map(({ Key }) => Key)).toEqual(["b", "c"]);
    });
  });

  test("DeleteObjects deletes many, and those that are missing, too", async () => {
    for (const key of ["a", "b & c", "d"]) await bucket.put(key);
    const result = await bucket.s3.send(
      new DeleteObjectsCommand({
        Bucket: bucket.name,
        Delete: { Objects: [{ Key: "a" }, { Key: "b & c" }, { Key: "missing" }] },
      }),
    );
    expect(result.Errors ?? []).toEqual([]);
    expect(result.Deleted?.map(({ Key }) => Key).sort()).toEqual(["a", "b & c", "missing"]);
    expect(await bucket.keys()).toEqual(["d"]);
  });

  describe("versions", () => {
    const list = async () => {
      const { Versions = [], DeleteMarkers = [] } = await bucket.s3.send(
        new ListObjectVersionsCommand({ Bucket: bucket.name }),
      );
      return { Versions, DeleteMarkers };
    };

    test("of a bucket without versioning are all called null", async () => {
      await bucket.put("a");
      await bucket.put("a");
      const { Versions } = await list();
      expect(Versions).toMatchObject([{ Key: "a", VersionId: "null", IsLatest: true }]);
      await bucket.s3.send(
        new DeleteObjectCommand({ Bucket: bucket.name, Key: "a", VersionId: "null" }),
      );
      expect(await bucket.keys()).toEqual([]);
    });

    test("are kept once versioning is enabled, a delete being a marker", async () => {
      await bucket.s3.send(
        new PutBucketVersioningCommand({
          Bucket: bucket.name,
          VersioningConfiguration: { Status: "Enabled" },
        }),
      );
      const { Status } = await bucket.s3.send(
        new GetBucketVersioningCommand({ Bucket: bucket.name }),
      );
      expect(Status).toBe("Enabled");
      const first = await bucket.put("key", "first");
      const second = await bucket.put("key", "second");
      expect(first.VersionId).not.toBe(second.VersionId);
      const deleted = await bucket.s3.send(
        new DeleteObjectCommand({ Bucket: bucket.name, Key: "key" }),
      );
      expect(deleted.DeleteMarker).toBe(true);
      await expect(bucket.read("key")).rejects.toMatchObject({ name: "NoSuchKey" });
      const old = await bucket.s3.send(
        new GetObjectCommand({ Bucket: bucket.name, Key: "key", VersionId: first.VersionId }),
      );
      expect(await old.Body!.transformToString()).toBe("first");
      const { Versions, DeleteMarkers } = await list();
      expect(Versions.map(({ VersionId }) => VersionId)).toEqual([
        second.VersionId,
        first.VersionId,
      ]);
      expect(DeleteMarkers).toMatchObject([{ VersionId: deleted.VersionId, IsLatest: true }]);
    });

    test("come back when the marker is deleted, and have to go before the bucket can", async () => {
      await bucket.s3.send(
        new PutBucketVersioningCommand({
          Bucket: bucket.name,
          VersioningConfiguration: { Status: "Enabled" },
        }),
      );
      await bucket.put("key", "body");
      const marker = await bucket.s3.send(
        new DeleteObjectCommand({ Bucket: bucket.name, Key: "key" }),
      );
      await bucket.s3.send(
        new DeleteObjectCommand({ Bucket: bucket.name, Key: "key", VersionId: marker.VersionId }),
      );
      expect((await bucket.read("key")).toString()).toBe("body");
      await bucket.s3.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: "key" }));
      await expect(
        bucket.s3.send(new DeleteBucketCommand({ Bucket: bucket.name })),
      ).rejects.toMatchObject({
        name: "BucketNotEmpty",
      });
      const { Versions, DeleteMarkers } = await list();
      await bucket.s3.send(
        new DeleteObjectsCommand({
          Bucket: bucket.name,
          Delete: {
            Objects: [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({
              Key: Key!,
              VersionId,
            })),
          },
        }),
      );
      await bucket.s3.send(new DeleteBucketCommand({ Bucket: bucket.name }));
    });
  });
}
