/**
 * What `dsl` needs of S3, as tests through the real SDK client. They run against the local AWS and
 * against every other implementation at hand, so that the local one is held to what others do.
 */
import { createHash, randomBytes } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { AwsClient } from "aws4fetch";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

/** The smallest part that may have another part after it. */
const PART_SIZE = 5 * 1024 * 1024;

/** A client without retries, so that every answer is seen. */
export function s3Client(endpoint: string, region = "us-east-1"): S3Client {
  return new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
}

/** Registers the tests. `endpoint` is asked when they run. */
export function s3Contract(implementation: string, endpoint: () => string): void {
  describe(`S3 of ${implementation}`, () => {
    let s3: S3Client;
    let Bucket: string;

    beforeAll(() => {
      s3 = s3Client(endpoint());
    });

    afterAll(() => {
      s3.destroy();
    });

    beforeEach(async () => {
      Bucket = `contract-${randomBytes(6).toString("hex")}`;
      await s3.send(new CreateBucketCommand({ Bucket }));
    });

    const put = (Key: string, Body: string | Uint8Array = "body") =>
      s3.send(new PutObjectCommand({ Bucket, Key, Body }));

    const read = async (Key: string) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return Buffer.from(await Body!.transformToByteArray());
    };

    const keys = async (Prefix?: string) => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
      return Contents.map(({ Key }) => Key);
    };

    describe("buckets", () => {
      it("are listed, found and located after they were created", async () => {
        const { Buckets = [] } = await s3.send(new ListBucketsCommand());
        expect(Buckets.map(({ Name }) => Name)).toContain(Bucket);
        await s3.send(new HeadBucketCommand({ Bucket }));
        const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket }));
        expect(LocationConstraint).toBeUndefined();
      });

      it("are gone after they were deleted", async () => {
        await s3.send(new DeleteBucketCommand({ Bucket }));
        await expect(s3.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({
          name: "NotFound",
        });
        await expect(put("key")).rejects.toMatchObject({ name: "NoSuchBucket" });
        await expect(keys()).rejects.toMatchObject({ name: "NoSuchBucket" });
      });

      it("are not deleted while an object is in them", async () => {
        await put("key");
        await expect(s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({
          name: "BucketNotEmpty",
        });
        await s3.send(new DeleteObjectCommand({ Bucket, Key: "key" }));
        await s3.send(new DeleteBucketCommand({ Bucket }));
      });
    });

    describe("objects", () => {
      it("come back with their bytes, type and metadata", async () => {
        const body = randomBytes(300_000);
        const stored = await s3.send(
          new PutObjectCommand({
            Bucket,
            Key: "blocks/ab/abc.zst",
            Body: body,
            ContentType: "application/zstd",
            CacheControl: "max-age=60",
            Metadata: { origin: "test" },
          }),
        );
        const md5 = createHash("md5").update(body).digest("hex");
        expect(stored.ETag).toBe(`"${md5}"`);
        const object = await s3.send(new GetObjectCommand({ Bucket, Key: "blocks/ab/abc.zst" }));
        expect(Buffer.from(await object.Body!.transformToByteArray()).equals(body)).toBe(true);
        expect(object).toMatchObject({
          ETag: `"${md5}"`,
          ContentLength: 300_000,
          ContentType: "application/zstd",
          CacheControl: "max-age=60",
          Metadata: { origin: "test" },
        });
        const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "blocks/ab/abc.zst" }));
        expect(head).toMatchObject({ ETag: `"${md5}"`, ContentLength: 300_000 });
      });

      it("may be empty, and may be overwritten", async () => {
        await put("key", "");
        expect(await read("key")).toHaveLength(0);
        await put("key", "second");
        expect((await read("key")).toString()).toBe("second");
      });

      it.each(["a b+c&d=e%20.txt", "Straße/データ/😀", "..", "a//b", "./x/../y", "'()*!~"])(
        "keep the key %j",
        async (key) => {
          await put(key, key);
          expect((await read(key)).toString()).toBe(key);
          expect(await keys()).toEqual([key]);
        },
      );

      it("that do not exist are NoSuchKey", async () => {
        await expect(read("nothing")).rejects.toMatchObject({ name: "NoSuchKey" });
        await expect(
          s3.send(new HeadObjectCommand({ Bucket, Key: "nothing" })),
        ).rejects.toMatchObject({ name: "NotFound" });
      });

      it("are deleted, whether they exist or not", async () => {
        await put("key");
        await s3.send(new DeleteObjectCommand({ Bucket, Key: "key" }));
        await s3.send(new DeleteObjectCommand({ Bucket, Key: "key" }));
        await expect(read("key")).rejects.toMatchObject({ name: "NoSuchKey" });
      });

      it("are copied with their metadata", async () => {
        await s3.send(
          new PutObjectCommand({ Bucket, Key: "from", Body: "x", Metadata: { origin: "test" } }),
        );
        await s3.send(new CopyObjectCommand({ Bucket, Key: "to", CopySource: `${Bucket}/from` }));
        const copy = await s3.send(new GetObjectCommand({ Bucket, Key: "to" }));
        expect(await copy.Body!.transformToString()).toBe("x");
        expect(copy.Metadata).toEqual({ origin: "test" });
      });
    });

    describe("ranges", () => {
      const range = async (Range: string) => {
        const object = await s3.send(new GetObjectCommand({ Bucket, Key: "key", Range }));
        return [await object.Body!.transformToString(), object.ContentRange];
      };

      it("give a part of the object", async () => {
        await put("key", "0123456789");
        expect(await range("bytes=2-4")).toEqual(["234", "bytes 2-4/10"]);
        expect(await range("bytes=7-")).toEqual(["789", "bytes 7-9/10"]);
        expect(await range("bytes=-2")).toEqual(["89", "bytes 8-9/10"]);
        expect(await range("bytes=8-100")).toEqual(["89", "bytes 8-9/10"]);
      });

      it("beyond the end are InvalidRange", async () => {
        await put("key", "0123456789");
        await expect(range("bytes=10-12")).rejects.toMatchObject({
          name: "InvalidRange",
          $metadata: { httpStatusCode: 416 },
        });
      });
    });

    describe("conditions", () => {
      it("If-None-Match: * creates an object, and does not replace one", async () => {
        const create = (Body: string) =>
          s3.send(new PutObjectCommand({ Bucket, Key: "key", Body, IfNoneMatch: "*" }));
        await create("first");
        await expect(create("second")).rejects.toMatchObject({
          name: "PreconditionFailed",
          $metadata: { httpStatusCode: 412 },
        });
        expect((await read("key")).toString()).toBe("first");
      });

      it("If-Match replaces the object that was seen, and no other", async () => {
        const { ETag } = await put("key", "first");
        const replace = (Body: string) =>
          s3.send(new PutObjectCommand({ Bucket, Key: "key", Body, IfMatch: ETag }));
        await replace("second");
        await expect(replace("third")).rejects.toMatchObject({
          name: "PreconditionFailed",
          $metadata: { httpStatusCode: 412 },
        });
        expect((await read("key")).toString()).toBe("second");
      });

      it("If-None-Match of a GET answers 304 while the object is the same", async () => {
        const { ETag } = await put("key", "first");
        const get = () => s3.send(new GetObjectCommand({ Bucket, Key: "key", IfNoneMatch: ETag }));
        await expect(get()).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
        await put("key", "second");
        expect(await (await get()).Body!.transformToString()).toBe("second");
      });

      it("If-Match of a GET fails when the object is another one", async () => {
        const { ETag } = await put("key", "first");
        await put("key", "second");
        await expect(
          s3.send(new GetObjectCommand({ Bucket, Key: "key", IfMatch: ETag })),
        ).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } });
      });
    });

    describe("lists", () => {
      it("are in the order of the keys' bytes", async () => {
        for (const key of ["b", "a/2", "a/10", "Z", "é", "a"]) await put(key);
        expect(await keys()).toEqual(["Z", "a", "a/10", "a/2", "b", "é"]);
        expect(await keys("a/")).toEqual(["a/10", "a/2"]);
      });

      it("tell size and etag", async () => {
        const { ETag } = await put("key", "12345");
        const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
        expect(Contents).toMatchObject([{ Key: "key", Size: 5, ETag }]);
        expect(Contents![0]!.LastModified).toBeInstanceOf(Date);
      });

      it("sum up what a delimiter separates", async () => {
        for (const key of ["a/1", "a/2", "b/1", "c", "d/e/f"]) await put(key);
        const list = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: "/" }));
        expect(list.Contents?.map(({ Key }) => Key)).toEqual(["c"]);
        expect(list.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(["a/", "b/", "d/"]);
        expect(list.KeyCount).toBe(4);
      });

      it("come in pages that lose and repeat nothing", async () => {
        const expected = ["a/1", "a/2", "b", "c/1", "c/2", "d", "e"];
        for (const key of expected) await put(key);
        const seen: string[] = [];
        let ContinuationToken: string | undefined;
        do {
          const page = await s3.send(
            new ListObjectsV2Command({ Bucket, MaxKeys: 3, ContinuationToken }),
          );
          expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined);
          seen.push(...(page.Contents ?? []).map(({ Key }) => Key!));
          ContinuationToken = page.NextContinuationToken;
        } while (ContinuationToken);
        expect(seen).toEqual(expected);
      });

      it("start after a key", async () => {
        for (const key of ["a", "b", "c"]) await put(key);
        const list = await s3.send(new ListObjectsV2Command({ Bucket, StartAfter: "a" }));
        expect(list.Contents?.map(({ Key }) => Key)).toEqual(["b", "c"]);
      });
    });

    it("DeleteObjects deletes many, and those that are missing, too", async () => {
      for (const key of ["a", "b & c", "d"]) await put(key);
      const result = await s3.send(
        new DeleteObjectsCommand({
          Bucket,
          Delete: { Objects: [{ Key: "a" }, { Key: "b & c" }, { Key: "missing" }] },
        }),
      );
      expect(result.Errors ?? []).toEqual([]);
      expect(result.Deleted?.map(({ Key }) => Key).sort()).toEqual(["a", "b & c", "missing"]);
      expect(await keys()).toEqual(["d"]);
    });

    describe("versions", () => {
      const list = async () => {
        const { Versions = [], DeleteMarkers = [] } = await s3.send(
          new ListObjectVersionsCommand({ Bucket }),
        );
        return { Versions, DeleteMarkers };
      };

      it("of a bucket without versioning are all called null", async () => {
        await put("a");
        await put("a");
        const { Versions } = await list();
        expect(Versions).toMatchObject([{ Key: "a", VersionId: "null", IsLatest: true }]);
        await s3.send(new DeleteObjectCommand({ Bucket, Key: "a", VersionId: "null" }));
        expect(await keys()).toEqual([]);
      });

      it("are kept once versioning is enabled, a delete being a marker", async () => {
        await s3.send(
          new PutBucketVersioningCommand({
            Bucket,
            VersioningConfiguration: { Status: "Enabled" },
          }),
        );
        const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
        expect(Status).toBe("Enabled");
        const first = await put("key", "first");
        const second = await put("key", "second");
        expect(first.VersionId).not.toBe(second.VersionId);
        const deleted = await s3.send(new DeleteObjectCommand({ Bucket, Key: "key" }));
        expect(deleted.DeleteMarker).toBe(true);
        await expect(read("key")).rejects.toMatchObject({ name: "NoSuchKey" });
        const old = await s3.send(
          new GetObjectCommand({ Bucket, Key: "key", VersionId: first.VersionId }),
        );
        expect(await old.Body!.transformToString()).toBe("first");
        const { Versions, DeleteMarkers } = await list();
        expect(Versions.map(({ VersionId }) => VersionId)).toEqual([
          second.VersionId,
          first.VersionId,
        ]);
        expect(DeleteMarkers).toMatchObject([{ VersionId: deleted.VersionId, IsLatest: true }]);
      });

      it("come back when the marker is deleted, and have to go before the bucket can", async () => {
        await s3.send(
          new PutBucketVersioningCommand({
            Bucket,
            VersioningConfiguration: { Status: "Enabled" },
          }),
        );
        await put("key", "body");
        const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key: "key" }));
        await s3.send(new DeleteObjectCommand({ Bucket, Key: "key", VersionId: marker.VersionId }));
        expect((await read("key")).toString()).toBe("body");
        await s3.send(new DeleteObjectCommand({ Bucket, Key: "key" }));
        await expect(s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({
          name: "BucketNotEmpty",
        });
        const { Versions, DeleteMarkers } = await list();
        await s3.send(
          new DeleteObjectsCommand({
            Bucket,
            Delete: {
              Objects: [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({
                Key: Key!,
                VersionId,
              })),
            },
          }),
        );
        await s3.send(new DeleteBucketCommand({ Bucket }));
      });
    });

    describe("multipart uploads", () => {
      const start = async (Key: string) => {
        const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
        return UploadId!;
      };
      const upload = async (Key: string, UploadId: string, PartNumber: number, Body: Buffer) => {
        const { ETag } = await s3.send(
          new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }),
        );
        return { PartNumber, ETag };
      };

      it("become one object", async () => {
        const parts = [randomBytes(PART_SIZE), randomBytes(1000)];
        const UploadId = await start("big");
        const Parts = [
          await upload("big", UploadId, 1, parts[0]!),
          await upload("big", UploadId, 2, parts[1]!),
        ];
        const listed = await s3.send(new ListPartsCommand({ Bucket, Key: "big", UploadId }));
        expect(listed.Parts?.map(({ Size }) => Size)).toEqual([PART_SIZE, 1000]);
        const completed = await s3.send(
          new CompleteMultipartUploadCommand({
            Bucket,
            Key: "big",
            UploadId,
            MultipartUpload: { Parts },
          }),
        );
        const md5s = parts.map((part) => createHash("md5").update(part).digest());
        const etag = createHash("md5").update(Buffer.concat(md5s)).digest("hex");
        expect(completed.ETag).toBe(`"${etag}-2"`);
        expect((await read("big")).equals(Buffer.concat(parts))).toBe(true);
        const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
        expect(Uploads).toEqual([]);
      });

      it("are listed until they are aborted", async () => {
        const UploadId = await start("never");
        await upload("never", UploadId, 1, Buffer.from("part"));
        const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
        expect(Uploads).toMatchObject([{ Key: "never", UploadId }]);
        await s3.send(new AbortMultipartUploadCommand({ Bucket, Key: "never", UploadId }));
        const after = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
        expect(after.Uploads ?? []).toEqual([]);
        expect(await keys()).toEqual([]);
      });

      it("that do not exist are NoSuchUpload", async () => {
        await expect(
          s3.send(new ListPartsCommand({ Bucket, Key: "key", UploadId: "nothing" })),
        ).rejects.toMatchObject({ name: "NoSuchUpload" });
      });

      it("are refused when a part is too small to have another after it", async () => {
        const UploadId = await start("small");
        const Parts = [
          await upload("small", UploadId, 1, Buffer.from("a")),
          await upload("small", UploadId, 2, Buffer.from("b")),
        ];
        await expect(
          s3.send(
            new CompleteMultipartUploadCommand({
              Bucket,
              Key: "small",
              UploadId,
              MultipartUpload: { Parts },
            }),
          ),
        ).rejects.toMatchObject({ name: "EntityTooSmall" });
      });
    });

    it("presigned URLs give the object to whoever has them", async () => {
      await put("exports/rows.csv", "id\n1\n");
      const signer = new AwsClient({
        accessKeyId: "local",
        secretAccessKey: "local",
        service: "s3",
        region: "us-east-1",
      });
      const url = new URL(`${endpoint()}/${Bucket}/exports/rows.csv`);
      url.searchParams.set("X-Amz-Expires", "60");
      const { url: presigned } = await signer.sign(url, { aws: { signQuery: true } });
      const response = await fetch(presigned);
      expect(response.status).toBe(200);
      expect(await response.text()).toBe("id\n1\n");
    });
  });
}
