import {
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { useLocalAws } from "./local-server.ts";
import { useBucket } from "./s3-bucket.ts";

const local = useLocalAws();
const bucket = useBucket(() => local().endpoint);

function putPolicy(statement: Record<string, unknown>) {
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  return bucket.s3.send(new PutBucketPolicyCommand({ Bucket: bucket.name, Policy }));
}

describe("a bucket policy", () => {
  test("that denies an action to everyone is enforced, also for the account itself", async () => {
    await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key: "blocks/a", Body: "x" }));
    await putPolicy({
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:PutObject", "s3:Get*"],
      Resource: `arn:aws:s3:::${bucket.name}/blocks/*`,
    });
    await expect(
      bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key: "blocks/b", Body: "x" })),
    ).rejects.toMatchObject({ name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
    await expect(
      bucket.s3.send(new GetObjectCommand({ Bucket: bucket.name, Key: "blocks/a" })),
    ).rejects.toMatchObject({
      name: "AccessDenied",
    });
    await bucket.s3.send(
      new PutObjectCommand({ Bucket: bucket.name, Key: "manifest.json", Body: "{}" }),
    );
    await bucket.s3.send(new ListObjectsV2Command({ Bucket: bucket.name }));
    await bucket.s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket.name }));
    await bucket.s3.send(new GetObjectCommand({ Bucket: bucket.name, Key: "blocks/a" }));
  });

  test("that denies deleting shows in the answer of DeleteObjects", async () => {
    await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key: "key", Body: "x" }));
    await putPolicy({
      Effect: "Deny",
      Principal: { AWS: "*" },
      Action: "s3:DeleteObject",
      Resource: `arn:aws:s3:::${bucket.name}/*`,
    });
    const { Errors } = await bucket.s3.send(
      new DeleteObjectsCommand({ Bucket: bucket.name, Delete: { Objects: [{ Key: "key" }] } }),
    );
    expect(Errors).toMatchObject([{ Key: "key", Code: "AccessDenied" }]);
  });

  test("that wants TLS lets loopback through", async () => {
    await putPolicy({
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [`arn:aws:s3:::${bucket.name}`, `arn:aws:s3:::${bucket.name}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key: "key", Body: "x" }));
  });

  test("with a condition that cannot be enforced here is refused", async () => {
    await expect(
      putPolicy({
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: `arn:aws:s3:::${bucket.name}/*`,
        Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
      }),
    ).rejects.toMatchObject({ name: "NotImplemented" });
  });

  test("that allows something is refused, because roles get their permissions from IAM", async () => {
    await expect(
      putPolicy({
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: `arn:aws:s3:::${bucket.name}/*`,
      }),
    ).rejects.toMatchObject({ name: "NotImplemented" });
  });

  test("about another bucket is malformed", async () => {
    await expect(
      putPolicy({
        Effect: "Deny",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::another/*",
      }),
    ).rejects.toMatchObject({ name: "MalformedPolicy" });
  });
});
