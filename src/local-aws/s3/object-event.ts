/**
 * What S3 tells EventBridge about an object:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
import { randomUUID } from "node:crypto";

export interface ObjectChange {
  bucket: string;
  key: string;
  /** The operation: PutObject, CopyObject, CompleteMultipartUpload, DeleteObject. */
  reason: string;
  /** Undefined in a bucket without versioning. */
  versionId: string | undefined;
  /** What was written, or what a deletion was. */
  what: { size: number; etag: string } | "Permanently Deleted" | "Delete Marker Created";
}

let last = 0n;

/** Orders the events of one key: hexadecimal digits, later ones are greater. */
function nextSequencer(): string {
  const now = BigInt(Date.now()) * 1_000_000n;
  last = now > last ? now : last + 1n;
  return last.toString(16).toUpperCase().padStart(16, "0");
}

/** `region` is the bucket's. */
export function objectEvent(change: ObjectChange, region: string, accountId: string) {
  const { bucket, key, reason, what, versionId } = change;
  const isDeleted = typeof what === "string";
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": isDeleted ? "Object Deleted" : "Object Created",
    source: "aws.s3",
    account: accountId,
    time: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: "0",
      bucket: { name: bucket },
      object: { key, ...(!isDeleted && what), "version-id": versionId, sequencer: nextSequencer() },
      "request-id": randomUUID(),
      requester: accountId,
      "source-ip-address": "127.0.0.1",
      reason,
      ...(isDeleted && { "deletion-type": what }),
    },
  };
}
