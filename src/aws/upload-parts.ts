/** One object in parts, so that its upload shows how far it is and a part that fails is sent alone. */
import { open } from "node:fs/promises";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { eachConcurrently } from "../../runtime/core/concurrency.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { BucketStore } from "./bucket-store.ts";
import { awsErrorCode } from "./errors.ts";
import { retried } from "./retry.ts";

/** S3 takes 10,000 parts of at least 5 MiB. */
const PART_BYTES = 8 * 1024 * 1024;
const CONCURRENCY = 4;

/** What an object will be; parts of it are asked for when they are sent. */
export interface Content {
  /** Bytes. */
  size: number;
  read(start: number, length: number): Promise<Uint8Array>;
}

export function bytesContent(bytes: Uint8Array): Content {
  return {
    size: bytes.length,
    read: async (start, length) => bytes.subarray(start, start + length),
  };
}

/** Of a file that is larger than memory may be; reading throws a DslError when it has got shorter. */
export function fileContent(path: string, size: number): Content {
  const read = async (start: number, length: number) => {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
      if (bytesRead === length) return buffer;
    } finally {
      await file.close();
    }
    throw new DslError(
      "file_changed",
      `${path} got shorter while it was uploaded`,
      "the same command again, when nothing is written to the file",
    );
  };
  return { size, read };
}

/**
 * Stores an object and gives its ETag; `onProgress` is told the bytes that have arrived. Small ones go
 * in one request. Throws the SDK's errors; an upload that failed leaves nothing behind.
 */
export async function uploadInParts(
  client: S3Client,
  store: BucketStore,
  key: string,
  content: Content,
  contentType: string,
  onProgress: (sent: number) => void,
): Promise<string> {
  const { size } = content;
  if (size <= PART_BYTES) {
    const etag = await store.put(key, await content.read(0, size), contentType);
    onProgress(size);
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
    const count = Math.ceil(size / PART_BYTES);
    const parts = Array.from({ length: count }, (_, at) => ({ PartNumber: at + 1 }));
    const Parts: { PartNumber: number; ETag?: string; ChecksumCRC32?: string }[] = [];
    await eachConcurrently(parts, CONCURRENCY, async ({ PartNumber }) => {
      const start = (PartNumber - 1) * PART_BYTES;
      const Body = await content.read(start, Math.min(PART_BYTES, size - start));
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
      if (stored?.size === size) return stored.etag;
    }
    await client.send(new AbortMultipartUploadCommand({ ...where, UploadId })).catch(() => {});
    throw error;
  }
}
