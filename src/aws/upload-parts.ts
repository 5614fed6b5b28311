/** One object in parts, so that its upload shows how far it is and a part that fails is sent alone. */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { eachConcurrently } from "../../runtime/core/concurrency.ts";
import type { BucketStore } from "./bucket-store.ts";
import { awsErrorCode } from "./errors.ts";
import { retried } from "./retry.ts";

/** S3 takes 10,000 parts of at least 5 MiB. */
const PART_BYTES = 8 * 1024 * 1024;
const CONCURRENCY = 4;

/**
 * Stores an object and gives its ETag; `onProgress` is told the bytes that have arrived. Small ones go
 * in one request. Throws the SDK's errors; an upload that failed leaves nothing behind.
 */
export async function uploadInParts(
  client: S3Client,
  store: BucketStore,
  key: string,
  body: Uint8Array,
  contentType: string,
  onProgress: (sent: number) => void,
): Promise<string> {
  if (body.length <= PART_BYTES) {
    const etag = await store.put(key, body, contentType);
    onProgress(body.length);
    return etag;
  }
  const where = { Bucket: store.name, Key: key };
  const checksum = { ChecksumAlgorithm: "CRC32" as const };
  const { UploadId } = await retried(() =>
    client.send(
      new CreateMultipartUploadCommand({ ...where, ...checksum, ContentType: contentType }),
    ),
  );
  try {
    let sent = 0;
    const count = Math.ceil(body.length / PART_BYTES);
    const parts = Array.from({ length: count }, (_, at) => ({ PartNumber: at + 1 }));
    const Parts: { PartNumber: number; ETag?: string; ChecksumCRC32?: string }[] = [];
    await eachConcurrently(parts, CONCURRENCY, async ({ PartNumber }) => {
      const Body = body.subarray((PartNumber - 1) * PART_BYTES, PartNumber * PART_BYTES);
      const { ETag, ChecksumCRC32 } = await retried(() =>
        client.send(new UploadPartCommand({ ...where, ...checksum, UploadId, PartNumber, Body })),
      );
      Parts[PartNumber - 1] = { PartNumber, ETag, ChecksumCRC32 };
      sent += Body.length;
      onProgress(sent);
    });
    const { ETag } = await retried(() =>
      client.send(
        new CompleteMultipartUploadCommand({ ...where, UploadId, MultipartUpload: { Parts } }),
      ),
    );
    return ETag ?? "";
  } catch (error) {
    // The answer to a first try that completed it got lost.
    if (awsErrorCode(error) === "NoSuchUpload") {
      const stored = await store.stat(key);
      if (stored?.size === body.length) return stored.etag;
    }
    await client.send(new AbortMultipartUploadCommand({ ...where, UploadId })).catch(() => {});
    throw error;
  }
}
