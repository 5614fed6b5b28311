/** What the local S3 does not have is refused; regions and names are as in S3. */
import {
  CreateBucketCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { useLocalAws } from "./local-server.ts";
import { s3Client, useBucket } from "./s3-bucket.ts";
import { signedFetch } from "./signed-fetch.ts";

const local = useLocalAws();
const bucket = useBucket(() => local().endpoint);

describe("what the local S3 does not have is refused", () => {
  test("operations", async () => {
    await expect(
      bucket.s3.send(new PutBucketTaggingCommand({ Bucket: bucket.name, Tagging: { TagSet: [] } })),
    ).rejects.toMatchObject({ name: "NotImplemented", $metadata: { httpStatusCode: 501 } });
  });

  test("headers", async () => {
    await expect(
      bucket.s3.send(
        new PutObjectCommand({ Bucket: bucket.name, Key: "key", Body: "x", Tagging: "a=b" }),
      ),
    ).rejects.toMatchObject({ name: "NotImplemented" });
    await expect(
      bucket.s3.send(
        new PutObjectCommand({
          Bucket: bucket.name,
          Key: "key",
          Body: "x",
          StorageClass: "GLACIER",
        }),
      ),
    ).rejects.toMatchObject({ name: "NotImplemented" });
  });

  test("query parameters", async () => {
    const response = await signedFetch(`${local().endpoint}/${bucket.name}/key?partNumber=1`);
    expect(response.status).toBe(501);
    expect(await response.text()).toContain("partNumber");
  });
});

describe("regions", () => {
  test("a bucket is where it was created, and only there", async () => {
    const europe = s3Client(local().endpoint, local().credentials, "eu-central-1");
    const name = `${bucket.name}-eu`;
    await europe.send(
      new CreateBucketCommand({
        Bucket: name,
        CreateBucketConfiguration: { LocationConstraint: "eu-central-1" },
      }),
    );
    await europe.send(new PutObjectCommand({ Bucket: name, Key: "key", Body: "x" }));
    const location = await bucket.s3.send(new GetBucketLocationCommand({ Bucket: name }));
    expect(location.LocationConstraint).toBe("eu-central-1");
    await expect(
      bucket.s3.send(new GetObjectCommand({ Bucket: name, Key: "key" })),
    ).rejects.toMatchObject({ name: "PermanentRedirect", $metadata: { httpStatusCode: 301 } });
    await expect(bucket.s3.send(new HeadBucketCommand({ Bucket: name }))).rejects.toMatchObject({
      $response: { headers: { "x-amz-bucket-region": "eu-central-1" } },
    });
    europe.destroy();
  });

  test("a bucket of another region is not created from here", async () => {
    const europe = s3Client(local().endpoint, local().credentials, "eu-central-1");
    await expect(
      europe.send(
        new CreateBucketCommand({
          Bucket: `${bucket.name}-us`,
          CreateBucketConfiguration: { LocationConstraint: "us-west-2" },
        }),
      ),
    ).rejects.toMatchObject({ name: "IllegalLocationConstraintException" });
    europe.destroy();
  });
});

describe("names", () => {
  test.each(["AB", "a", "under_score", "192.168.0.1", "-dash", "xn--a", "a..b"])(
    "%s is no bucket name",
    (name) => {
      expect(() => local().context.buckets.create(name, "us-east-1")).toThrow("not valid");
    },
  );

  test("a bucket that exists is created again in us-east-1 only", async () => {
    await bucket.s3.send(new CreateBucketCommand({ Bucket: bucket.name }));
    expect(() => local().context.buckets.create(bucket.name, "us-east-1")).toThrow(
      "already own it",
    );
  });

  test("a key has 1,024 bytes at most", async () => {
    await bucket.s3.send(
      new PutObjectCommand({ Bucket: bucket.name, Key: "k".repeat(1024), Body: "x" }),
    );
    await expect(
      bucket.s3.send(
        new PutObjectCommand({ Bucket: bucket.name, Key: "k".repeat(1025), Body: "x" }),
      ),
    ).rejects.toMatchObject({ name: "KeyTooLongError" });
  });
});
