/** A bucket of its own for every test, and short words for what tests do with it. */
import { randomBytes } from "node:crypto";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandOutput,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach } from "vitest";

export interface TestBucket {
  s3: S3Client;
  name: string;
  put(key: string, body?: string | Uint8Array): Promise<PutObjectCommandOutput>;
  read(key: string): Promise<Buffer>;
  keys(prefix?: string): Promise<string[]>;
}

/** A client without retries, so that every answer is seen. */
export function s3Client(
  endpoint: string,
  credentials = { accessKeyId: "local", secretAccessKey: "local" },
  region = "us-east-1",
): S3Client {
  return new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials,
  });
}

/** `endpoint` is asked when the tests run; `name` and `s3` are set when a test begins. */
export function useBucket(endpoint: () => string): TestBucket {
  let s3: S3Client;
  let Bucket: string;

  beforeAll(() => {
    s3 = s3Client(endpoint());
  });

  afterAll(() => s3.destroy());

  beforeEach(async () => {
    Bucket = `test-${randomBytes(6).toString("hex")}`;
    await s3.send(new CreateBucketCommand({ Bucket }));
  });

  return {
    get s3() {
      return s3;
    },
    get name() {
      return Bucket;
    },
    put: (Key, Body = "body") => s3.send(new PutObjectCommand({ Bucket, Key, Body })),
    read: async (Key) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return Buffer.from(await Body!.transformToByteArray());
    },
    keys: async (Prefix) => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
      return Contents.map(({ Key }) => Key!);
    },
  };
}
