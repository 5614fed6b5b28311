import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectIdentifier,
  type S3Client,
} from "@aws-sdk/client-s3";
import { eachConcurrently } from "../../runtime/core/concurrency.ts";
import { DELETE_BATCH } from "../../runtime/core/store/object-store.ts";
import { DeleteFailed } from "./bucket-store.ts";
import { retried } from "./retry.ts";

const CONCURRENCY = 4;

/**
 * Deletes everything in a bucket: objects, all their versions, delete markers, unfinished multipart
 * uploads. Looks again until nothing is left, because the service may still be writing exports.
 * Returns the number of objects (versions and uploads) deleted; `onProgress` is told that number.
 * Throws the SDK's errors, such as NoSuchBucket.
 */
export async function emptyBucket(
  client: S3Client,
  bucket: string,
  onProgress: (deleted: number) => void = () => {},
): Promise<number> {
  let deleted = 0;
  const count = (more: number) => {
    deleted += more;
    onProgress(deleted);
  };
  for (;;) {
    const versions = await listVersions(client, bucket);
    await eachConcurrently(batches(versions), CONCURRENCY, async (batch) => {
      await deleteBatch(client, bucket, batch);
      count(batch.length);
    });
    const uploads = await abortUploads(client, bucket);
    if (uploads > 0) count(uploads);
    if (versions.length + uploads === 0) return deleted;
  }
}

async function listVersions(client: S3Client, bucket: string): Promise<ObjectIdentifier[]> {
  const found: ObjectIdentifier[] = [];
  let page: ListObjectVersionsCommandOutput | undefined;
  do {
    const marker = { KeyMarker: page?.NextKeyMarker, VersionIdMarker: page?.NextVersionIdMarker };
    page = await retried(() =>
      client.send(new ListObjectVersionsCommand({ Bucket: bucket, ...marker })),
    );
    for (const { Key, VersionId } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) {
      found.push({ Key, VersionId });
    }
  } while (page.IsTruncated);
  return found;
}

async function deleteBatch(
  client: S3Client,
  bucket: string,
  batch: ObjectIdentifier[],
): Promise<void> {
  await retried(async () => {
    const { Errors: [first] = [] } = await client.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: batch, Quiet: true } }),
    );
    if (first !== undefined) throw new DeleteFailed(first.Key, first.Code, first.Message);
  });
}

/** The first page of them; the next round finds more. */
async function abortUploads(client: S3Client, bucket: string): Promise<number> {
  const { Uploads = [] } = await retried(() =>
    client.send(new ListMultipartUploadsCommand({ Bucket: bucket })),
  );
  await eachConcurrently(Uploads, CONCURRENCY, async ({ Key, UploadId }) => {
    await retried(async () => {
      try {
        await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
      } catch (error) {
        // Ended by itself, or by a first try whose answer got lost.
        if (!(error instanceof Error && error.name === "NoSuchUpload")) throw error;
      }
    });
  });
  return Uploads.length;
}

function* batches<T>(items: T[]): Generator<T[]> {
  for (let at = 0; at < items.length; at += DELETE_BATCH) yield items.slice(at, at + DELETE_BATCH);
}
