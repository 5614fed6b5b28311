import { createHash, randomBytes } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import type { TestBucket } from "./s3-bucket.ts";

/** The smallest part that may have another part after it. */
const PART_SIZE = 5 * 1024 * 1024;

export function multipartContract(bucket: TestBucket): void {
  describe("multipart uploads", () => {
    const start = async (Key: string) => {
      const { UploadId } = await bucket.s3.send(
        new CreateMultipartUploadCommand({ Bucket: bucket.name, Key }),
      );
      return UploadId!;
    };
    const upload = async (Key: string, UploadId: string, PartNumber: number, Body: Buffer) => {
      const { ETag } = await bucket.s3.send(
        new UploadPartCommand({ Bucket: bucket.name, Key, UploadId, PartNumber, Body }),
      );
      return { PartNumber, ETag };
    };

    test("become one object", async () => {
      const parts = [randomBytes(PART_SIZE), randomBytes(1000)];
      const UploadId = await start("big");
      const Parts = [
        await upload("big", UploadId, 1, parts[0]!),
        await upload("big", UploadId, 2, parts[1]!),
      ];
      const listed = await bucket.s3.send(
        new ListPartsCommand({ Bucket: bucket.name, Key: "big", UploadId }),
      );
      expect(listed.Parts?.map(({ Size }) => Size)).toEqual([PART_SIZE, 1000]);
      const completed = await bucket.s3.send(
        new CompleteMultipartUploadCommand({
          Bucket: bucket.name,
          Key: "big",
          UploadId,
          MultipartUpload: { Parts },
        }),
      );
      const md5s = parts.map((part) => createHash("md5").update(part).digest());
      const etag = createHash("md5").update(Buffer.concat(md5s)).digest("hex");
      expect(completed.ETag).toBe(`"${etag}-2"`);
      expect((await bucket.read("big")).equals(Buffer.concat(parts))).toBe(true);
      const { Uploads = [] } = await bucket.s3.send(
        new ListMultipartUploadsCommand({ Bucket: bucket.name }),
      );
      expect(Uploads).toEqual([]);
    });

    test("are listed until they are aborted", async () => {
      const UploadId = await start("never");
      await upload("never", UploadId, 1, Buffer.from("part"));
      const { Uploads } = await bucket.s3.send(
        new ListMultipartUploadsCommand({ Bucket: bucket.name }),
      );
      expect(Uploads).toMatchObject([{ Key: "never", UploadId }]);
      await bucket.s3.send(
        new AbortMultipartUploadCommand({ Bucket: bucket.name, Key: "never", UploadId }),
      );
      const after = await bucket.s3.send(new ListMultipartUploadsCommand({ Bucket: bucket.name }));
      expect(after.Uploads ?? []).toEqual([]);
      expect(await bucket.keys()).toEqual([]);
    });

    test("that do not exist are NoSuchUpload", async () => {
      await expect(
        bucket.s3.send(
          new ListPartsCommand({ Bucket: bucket.name, Key: "key", UploadId: "nothing" }),
        ),
      ).rejects.toMatchObject({ name: "NoSuchUpload" });
    });

    test("are refused when a part is too small to have another after it", async () => {
      const UploadId = await start("small");
      const Parts = [
        await upload("small", UploadId, 1, Buffer.from("a")),
        await upload("small", UploadId, 2, Buffer.from("b")),
      ];
      await expect(
        bucket.s3.send(
          new CompleteMultipartUploadCommand({
            Bucket: bucket.name,
            Key: "small",
            UploadId,
            MultipartUpload: { Parts },
          }),
        ),
      ).rejects.toMatchObject({ name: "EntityTooSmall" });
    });
  });
}
