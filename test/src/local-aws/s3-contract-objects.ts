import { createHash, randomBytes } from "node:crypto";
import {
  CopyObjectCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import type { TestBucket } from "./s3-bucket.ts";

/** Buckets, objects, ranges and conditions. */
export function objectContract(bucket: TestBucket): void {
  describe("buckets", () => {
    test("are listed, found and located after they were created", async () => {
      const { Buckets = [] } = await bucket.s3.send(new ListBucketsCommand());
      expect(Buckets.map(({ Name }) => Name)).toContain(bucket.name);
      await bucket.s3.send(new HeadBucketCommand({ Bucket: bucket.name }));
      const { LocationConstraint } = await bucket.s3.send(
        new GetBucketLocationCommand({ Bucket: bucket.name }),
      );
      expect(LocationConstraint).toBeUndefined();
    });

    test("are gone after they were deleted", async () => {
      await bucket.s3.send(new DeleteBucketCommand({ Bucket: bucket.name }));
      await expect(
        bucket.s3.send(new HeadBucketCommand({ Bucket: bucket.name })),
      ).rejects.toMatchObject({
        name: "NotFound",
      });
      await expect(bucket.put("key")).rejects.toMatchObject({ name: "NoSuchBucket" });
      await expect(bucket.keys()).rejects.toMatchObject({ name: "NoSuchBucket" });
    });

    test("are not deleted while an object is in them", async () => {
      await bucket.put("key");
      await expect(
        bucket.s3.send(new DeleteBucketCommand({ Bucket: bucket.name })),
      ).rejects.toMatchObject({
        name: "BucketNotEmpty",
      });
      await bucket.s3.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: "key" }));
      await bucket.s3.send(new DeleteBucketCommand({ Bucket: bucket.name }));
    });
  });

  describe("objects", () => {
    test("come back with their bytes, type and metadata", async () => {
      const body = randomBytes(300_000);
      const stored = await bucket.s3.send(
        new PutObjectCommand({
          Bucket: bucket.name,
          Key: "blocks/ab/abc.zst",
          Body: body,
          ContentType: "application/zstd",
          CacheControl: "max-age=60",
          Metadata: { origin: "test" },
        }),
      );
      const md5 = createHash("md5").update(body).digest("hex");
      expect(stored.ETag).toBe(`"${md5}"`);
      const object = await bucket.s3.send(
        new GetObjectCommand({ Bucket: bucket.name, Key: "blocks/ab/abc.zst" }),
      );
      expect(Buffer.from(await object.Body!.transformToByteArray()).equals(body)).toBe(true);
      expect(object).toMatchObject({
        ETag: `"${md5}"`,
        ContentLength: 300_000,
        ContentType: "application/zstd",
        CacheControl: "max-age=60",
        Metadata: { origin: "test" },
      });
      const head = await bucket.s3.send(
        new HeadObjectCommand({ Bucket: bucket.name, Key: "blocks/ab/abc.zst" }),
      );
      expect(head).toMatchObject({ ETag: `"${md5}"`, ContentLength: 300_000 });
    });

    test("may be empty, and may be overwritten", async () => {
      await bucket.put("key", new Uint8Array(0));
      expect(await bucket.read("key")).toHaveLength(0);
      await bucket.put("key", "second");
      expect((await bucket.read("key")).toString()).toBe("second");
    });

    test.each(["a b+c&d=e%20.txt", "Straße/データ/😀", "..", "a//b", "./x/../y", "'()*!~"])(
      "keep the key %j",
      async (key) => {
        await bucket.put(key, key);
        expect((await bucket.read(key)).toString()).toBe(key);
        expect(await bucket.keys()).toEqual([key]);
      },
    );

    test("that do not exist are NoSuchKey", async () => {
      await expect(bucket.read("nothing")).rejects.toMatchObject({ name: "NoSuchKey" });
      await expect(
        bucket.s3.send(new HeadObjectCommand({ Bucket: bucket.name, Key: "nothing" })),
      ).rejects.toMatchObject({ name: "NotFound" });
    });

    test("are deleted, whether they exist or not", async () => {
      await bucket.put("key");
      await bucket.s3.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: "key" }));
      await bucket.s3.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: "key" }));
      await expect(bucket.read("key")).rejects.toMatchObject({ name: "NoSuchKey" });
    });

    test("are copied with their metadata", async () => {
      await bucket.s3.send(
        new PutObjectCommand({
          Bucket: bucket.name,
          Key: "from",
          Body: "x",
          Metadata: { origin: "test" },
        }),
      );
      await bucket.s3.send(
        new CopyObjectCommand({
          Bucket: bucket.name,
          Key: "to",
          CopySource: `${bucket.name}/from`,
        }),
      );
      const copy = await bucket.s3.send(new GetObjectCommand({ Bucket: bucket.name, Key: "to" }));
      expect(await copy.Body!.transformToString()).toBe("x");
      expect(copy.Metadata).toEqual({ origin: "test" });
    });
  });

  describe("ranges", () => {
    const range = async (Range: string) => {
      const object = await bucket.s3.send(
        new GetObjectCommand({ Bucket: bucket.name, Key: "key", Range }),
      );
      return [await object.Body!.transformToString(), object.ContentRange];
    };

    test("give a part of the object", async () => {
      await bucket.put("key", "0123456789");
      expect(await range("bytes=2-4")).toEqual(["234", "bytes 2-4/10"]);
      expect(await range("bytes=7-")).toEqual(["789", "bytes 7-9/10"]);
      expect(await range("bytes=-2")).toEqual(["89", "bytes 8-9/10"]);
      expect(await range("bytes=8-100")).toEqual(["89", "bytes 8-9/10"]);
    });

    test("beyond the end are InvalidRange", async () => {
      await bucket.put("key", "0123456789");
      await expect(range("bytes=10-12")).rejects.toMatchObject({
        name: "InvalidRange",
        $metadata: { httpStatusCode: 416 },
      });
    });
  });

  describe("conditions", () => {
    test("If-None-Match: * creates an object, and does not replace one", async () => {
      const create = (Body: string) =>
        bucket.s3.send(
          new PutObjectCommand({ Bucket: bucket.name, Key: "key", Body, IfNoneMatch: "*" }),
        );
      await create("first");
      await expect(create("second")).rejects.toMatchObject({
        name: "PreconditionFailed",
        $metadata: { httpStatusCode: 412 },
      });
      expect((await bucket.read("key")).toString()).toBe("first");
    });

    test("If-Match replaces the object that was seen, and no other", async () => {
      const { ETag } = await bucket.put("key", "first");
      const replace = (Body: string) =>
        bucket.s3.send(
          new PutObjectCommand({ Bucket: bucket.name, Key: "key", Body, IfMatch: ETag }),
        );
      await replace("second");
      await expect(replace("third")).rejects.toMatchObject({
        name: "PreconditionFailed",
        $metadata: { httpStatusCode: 412 },
      });
      expect((await bucket.read("key")).toString()).toBe("second");
    });

    test("If-None-Match of a GET answers 304 while the object is the same", async () => {
      const { ETag } = await bucket.put("key", "first");
      const get = () =>
        bucket.s3.send(
          new GetObjectCommand({ Bucket: bucket.name, Key: "key", IfNoneMatch: ETag }),
        );
      await expect(get()).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
      await bucket.put("key", "second");
      expect(await (await get()).Body!.transformToString()).toBe("second");
    });

    test("If-Match of a GET fails when the object is another one", async () => {
      const { ETag } = await bucket.put("key", "first");
      await bucket.put("key", "second");
      await expect(
        bucket.s3.send(new GetObjectCommand({ Bucket: bucket.name, Key: "key", IfMatch: ETag })),
      ).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } });
    });
  });
}
