/** Every byte that the local S3 stores is what the client meant, and every one it gives what was stored. */
import { createHash, randomBytes } from "node:crypto";
import {
  ChecksumMode,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { CHECKSUM_ALGORITHMS, createChecksum } from "../../../src/local-aws/s3/checksums.ts";
import { useLocalAws } from "./local-server.ts";
import { useBucket } from "./s3-bucket.ts";
import { signedFetch } from "./signed-fetch.ts";

const local = useLocalAws();
const bucket = useBucket(() => local().endpoint);

describe("bodies", () => {
  test("whose MD5 is not the announced one are not stored", async () => {
    const ContentMD5 = createHash("md5").update("something else").digest("base64");
    await expect(
      bucket.s3.send(
        new PutObjectCommand({ Bucket: bucket.name, Key: "key", Body: "body", ContentMD5 }),
      ),
    ).rejects.toMatchObject({ name: "BadDigest" });
    expect(local().context.objects.find(bucket.name, "key")).toBeUndefined();
  });

  test.each(CHECKSUM_ALGORITHMS)(
    "with a %s checksum are verified and give it back",
    async (algorithm) => {
      const Body = randomBytes(100_000);
      await bucket.s3.send(
        new PutObjectCommand({
          Bucket: bucket.name,
          Key: "key",
          Body,
          ChecksumAlgorithm: algorithm,
        }),
      );
      const { Body: body, ...object } = await bucket.s3.send(
        new GetObjectCommand({
          Bucket: bucket.name,
          Key: "key",
          ChecksumMode: ChecksumMode.ENABLED,
        }),
      );
      expect(object).toHaveProperty(`Checksum${algorithm}`);
      expect(Buffer.from(await body!.transformToByteArray()).equals(Body)).toBe(true);
      await expect(
        bucket.s3.send(
          new PutObjectCommand({
            Bucket: bucket.name,
            Key: "key",
            Body,
            [`Checksum${algorithm}`]: "AAAAAA==",
          }),
        ),
      ).rejects.toMatchObject({ name: "BadDigest" });
    },
  );

  test.each([
    ["CRC32", /^[\w+/=]+-2$/],
    ["CRC64NVME", /^[\w+/]+=$/],
  ] as const)("uploaded in parts have a %s checksum of their own kind", async (algorithm, form) => {
    const Key = "key";
    const parts = [randomBytes(5 * 1024 * 1024), randomBytes(1000)];
    const { UploadId } = await bucket.s3.send(
      new CreateMultipartUploadCommand({ Bucket: bucket.name, Key, ChecksumAlgorithm: algorithm }),
    );
    const Parts: CompletedPart[] = [];
    for (const [n, Body] of parts.entries()) {
      const PartNumber = n + 1;
      const uploaded = await bucket.s3.send(
        new UploadPartCommand({
          Bucket: bucket.name,
          Key,
          UploadId,
          PartNumber,
          Body,
          ChecksumAlgorithm: algorithm,
        }),
      );
      const name = `Checksum${algorithm}` as const;
      Parts.push({ PartNumber, ETag: uploaded.ETag, [name]: uploaded[name] });
    }
    const complete = (Checksum?: string) =>
      bucket.s3.send(
        new CompleteMultipartUploadCommand({
          Bucket: bucket.name,
          Key,
          UploadId,
          MultipartUpload: { Parts },
          [`Checksum${algorithm}`]: Checksum,
        }),
      );
    await expect(complete("AAAAAA==")).rejects.toMatchObject({ name: "BadDigest" });
    await complete();
    const { headers } = local().context.objects.get(bucket.name, Key);
    expect(headers[`x-amz-checksum-${algorithm.toLowerCase()}`]).toMatch(form);
    if (algorithm === "CRC64NVME") {
      const whole = createChecksum("CRC64NVME");
      for (const part of parts) whole.update(part);
      expect(headers["x-amz-checksum-crc64nvme"]).toBe(whole.digest());
    }
  });

  test("with a wrong trailing checksum are not stored", async () => {
    const response = await signedFetch(`${local().endpoint}/${bucket.name}/key`, {
      method: "PUT",
      headers: {
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-decoded-content-length": "4",
        "x-amz-trailer": "x-amz-checksum-crc32",
      },
      body: "4\r\nbody\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("<Code>BadDigest</Code>");
    expect(local().context.objects.find(bucket.name, "key")).toBeUndefined();
  });

  test("that are not what was signed are not stored", async () => {
    const response = await signedFetch(`${local().endpoint}/${bucket.name}/key`, {
      method: "PUT",
      headers: { "x-amz-content-sha256": createHash("sha256").update("other").digest("hex") },
      body: "body",
    });
    expect(await response.text()).toContain("<Code>XAmzContentSHA256Mismatch</Code>");
    expect(local().context.objects.find(bucket.name, "key")).toBeUndefined();
  });

  test("are downloaded under the headers that a signed request asks for", async () => {
    await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key: "key", Body: "a,b" }));
    const object = await bucket.s3.send(
      new GetObjectCommand({
        Bucket: bucket.name,
        Key: "key",
        ResponseContentType: "text/csv",
        ResponseContentDisposition: 'attachment; filename="rows.csv"',
      }),
    );
    expect(object).toMatchObject({
      ContentType: "text/csv",
      ContentDisposition: 'attachment; filename="rows.csv"',
    });
  });

  test("are read whole by whoever began before they were overwritten", async () => {
    const first = randomBytes(3_000_000);
    await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key: "key", Body: first }));
    const { Body } = await bucket.s3.send(
      new GetObjectCommand({ Bucket: bucket.name, Key: "key" }),
    );
    await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key: "key", Body: "second" }));
    expect(Buffer.from(await Body!.transformToByteArray()).equals(first)).toBe(true);
  });
});
