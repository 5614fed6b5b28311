/** What of the local S3 is not in the contract: refusals, policies, regions, races, checksums. */
import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { request as httpRequest } from "node:http";
import {
  ChecksumAlgorithm,
  ChecksumMode,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { AwsClient } from "aws4fetch";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createChecksum } from "../../src/local/s3/checksums.ts";
import { useLocalAws } from "./local-server.ts";
import { s3Client } from "./s3-contract.ts";

const local = useLocalAws();
let s3: S3Client;
let Bucket: string;

beforeAll(() => {
  s3 = s3Client(local().endpoint);
});

beforeEach(async () => {
  Bucket = `strict-${randomBytes(6).toString("hex")}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
});

function putPolicy(statement: Record<string, unknown>) {
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  return s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
}

/** Signed as the runtime signs its requests. */
function rawFetch(path: string, init: RequestInit = {}) {
  const client = new AwsClient({
    accessKeyId: "local",
    secretAccessKey: "local",
    service: "s3",
    region: "us-east-1",
    retries: 0,
  });
  return client.fetch(`${local().endpoint}${path}`, init);
}

describe("what the local S3 does not have is refused", () => {
  it("operations", async () => {
    await expect(
      s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [] } })),
    ).rejects.toMatchObject({ name: "NotImplemented", $metadata: { httpStatusCode: 501 } });
  });

  it("headers", async () => {
    await expect(
      s3.send(new PutObjectCommand({ Bucket, Key: "key", Body: "x", Tagging: "a=b" })),
    ).rejects.toMatchObject({ name: "NotImplemented" });
    await expect(
      s3.send(new PutObjectCommand({ Bucket, Key: "key", Body: "x", StorageClass: "GLACIER" })),
    ).rejects.toMatchObject({ name: "NotImplemented" });
  });

  it("query parameters", async () => {
    const response = await rawFetch(`/${Bucket}/key?partNumber=1`);
    expect(response.status).toBe(501);
    expect(await response.text()).toContain("partNumber");
  });
});

describe("bodies", () => {
  it("whose MD5 is not the announced one are not stored", async () => {
    const ContentMD5 = createHash("md5").update("something else").digest("base64");
    await expect(
      s3.send(new PutObjectCommand({ Bucket, Key: "key", Body: "body", ContentMD5 })),
    ).rejects.toMatchObject({ name: "BadDigest" });
    expect(local().context.objects.find(Bucket, "key")).toBeUndefined();
  });

  it.each(Object.values(ChecksumAlgorithm).filter((name) => /^(CRC|SHA1|SHA256)/.test(name)))(
    "with a %s checksum are verified and give it back",
    async (algorithm) => {
      const Body = randomBytes(100_000);
      await s3.send(
        new PutObjectCommand({ Bucket, Key: "key", Body, ChecksumAlgorithm: algorithm }),
      );
      const { Body: body, ...object } = await s3.send(
        new GetObjectCommand({ Bucket, Key: "key", ChecksumMode: ChecksumMode.ENABLED }),
      );
      expect(object).toHaveProperty(`Checksum${algorithm}`);
      expect(Buffer.from(await body!.transformToByteArray()).equals(Body)).toBe(true);
      await expect(
        s3.send(
          new PutObjectCommand({ Bucket, Key: "key", Body, [`Checksum${algorithm}`]: "AAAAAA==" }),
        ),
      ).rejects.toMatchObject({ name: "BadDigest" });
    },
  );

  it.each([
    ["CRC32", /^[\w+/=]+-2$/],
    ["CRC64NVME", /^[\w+/]+=$/],
  ] as const)("uploaded in parts have a %s checksum of their own kind", async (algorithm, form) => {
    const Key = "key";
    const parts = [randomBytes(5 * 1024 * 1024), randomBytes(1000)];
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: algorithm }),
    );
    const Parts: CompletedPart[] = [];
    for (const [n, Body] of parts.entries()) {
      const PartNumber = n + 1;
      const uploaded = await s3.send(
        new UploadPartCommand({
          Bucket,
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
      s3.send(
        new CompleteMultipartUploadCommand({
          Bucket,
          Key,
          UploadId,
          MultipartUpload: { Parts },
          [`Checksum${algorithm}`]: Checksum,
        }),
      );
    await expect(complete("AAAAAA==")).rejects.toMatchObject({ name: "BadDigest" });
    await complete();
    const { headers } = local().context.objects.get(Bucket, Key);
    expect(headers[`x-amz-checksum-${algorithm.toLowerCase()}`]).toMatch(form);
    if (algorithm === "CRC64NVME") {
      const whole = createChecksum("CRC64NVME");
      for (const part of parts) whole.update(part);
      expect(headers["x-amz-checksum-crc64nvme"]).toBe(whole.digest());
    }
  });

  it("with a wrong trailing checksum are not stored", async () => {
    const response = await rawFetch(`/${Bucket}/key`, {
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
    expect(local().context.objects.find(Bucket, "key")).toBeUndefined();
  });

  it("that are not what was signed are not stored", async () => {
    const response = await rawFetch(`/${Bucket}/key`, {
      method: "PUT",
      headers: { "x-amz-content-sha256": createHash("sha256").update("other").digest("hex") },
      body: "body",
    });
    expect(await response.text()).toContain("<Code>XAmzContentSHA256Mismatch</Code>");
    expect(local().context.objects.find(Bucket, "key")).toBeUndefined();
  });

  it("are downloaded under the headers that a signed request asks for", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "key", Body: "a,b" }));
    const object = await s3.send(
      new GetObjectCommand({
        Bucket,
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

  it("are read whole by whoever began before they were overwritten", async () => {
    const first = randomBytes(3_000_000);
    await s3.send(new PutObjectCommand({ Bucket, Key: "key", Body: first }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: "key" }));
    await s3.send(new PutObjectCommand({ Bucket, Key: "key", Body: "second" }));
    expect(Buffer.from(await Body!.transformToByteArray()).equals(first)).toBe(true);
  });
});

describe("conditional writes", () => {
  it("answer 409 when the object changes while the body arrives", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "key", Body: "first" }));
    const etag = createHash("md5").update("first").digest("hex");
    const { finish, answer } = slowPut("key", { "if-match": `"${etag}"` }, "third");
    await waitUntilReceiving();
    await s3.send(new PutObjectCommand({ Bucket, Key: "key", Body: "second" }));
    finish();
    expect(await answer).toMatchObject({
      status: 409,
      body: expect.stringContaining("<Code>ConditionalRequestConflict</Code>"),
    });
    expect((await local().context.objects.read(Bucket, "key")).toString()).toBe("second");
  });

  it("let exactly one of many win who create the same key at once", async () => {
    const attempts = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) =>
        s3.send(new PutObjectCommand({ Bucket, Key: "key", Body: String(n), IfNoneMatch: "*" })),
      ),
    );
    const winners = [...attempts.keys()].filter((n) => attempts[n]!.status === "fulfilled");
    expect(winners).toHaveLength(1);
    const stored = await local().context.objects.read(Bucket, "key");
    expect(stored.toString()).toBe(String(winners[0]));
    for (const attempt of attempts) {
      if (attempt.status === "rejected") {
        expect(attempt.reason.name).toMatch(/^(PreconditionFailed|ConditionalRequestConflict)$/);
      }
    }
  });

  it("leave nothing behind when the bucket goes while the body arrives", async () => {
    const { finish, answer } = slowPut("key", {}, "body");
    await waitUntilReceiving();
    local().context.buckets.delete(Bucket);
    finish();
    expect(await answer).toMatchObject({
      status: 404,
      body: expect.stringContaining("NoSuchBucket"),
    });
    expect(readdirSync(`${local().home}/s3/incoming`)).toEqual([]);
  });

  it("If-Match on an object that is not there is NoSuchKey", async () => {
    await expect(
      s3.send(new PutObjectCommand({ Bucket, Key: "key", Body: "x", IfMatch: '"abc"' })),
    ).rejects.toMatchObject({ name: "NoSuchKey", $metadata: { httpStatusCode: 404 } });
  });

  it("hold for the completion of a multipart upload, too", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "key", Body: "first" }));
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "key" }));
    const { ETag } = await s3.send(
      new UploadPartCommand({ Bucket, Key: "key", UploadId, PartNumber: 1, Body: "part" }),
    );
    const complete = (condition: { IfMatch?: string; IfNoneMatch?: string }) =>
      s3.send(
        new CompleteMultipartUploadCommand({
          Bucket,
          Key: "key",
          UploadId,
          MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
          ...condition,
        }),
      );
    await expect(complete({ IfNoneMatch: "*" })).rejects.toMatchObject({
      name: "PreconditionFailed",
    });
    await expect(complete({ IfMatch: '"other"' })).rejects.toMatchObject({
      name: "PreconditionFailed",
    });
    await complete({ IfMatch: createHash("md5").update("first").digest("hex") });
    expect((await local().context.objects.read(Bucket, "key")).toString()).toBe("part");
  });
});

describe("a bucket policy", () => {
  it("that denies an action to everyone is enforced, also for the account itself", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "blocks/a", Body: "x" }));
    await putPolicy({
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:PutObject", "s3:Get*"],
      Resource: `arn:aws:s3:::${Bucket}/blocks/*`,
    });
    await expect(
      s3.send(new PutObjectCommand({ Bucket, Key: "blocks/b", Body: "x" })),
    ).rejects.toMatchObject({ name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: "blocks/a" }))).rejects.toMatchObject({
      name: "AccessDenied",
    });
    await s3.send(new PutObjectCommand({ Bucket, Key: "manifest.json", Body: "{}" }));
    await s3.send(new ListObjectsV2Command({ Bucket }));
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    await s3.send(new GetObjectCommand({ Bucket, Key: "blocks/a" }));
  });

  it("that denies deleting shows in the answer of DeleteObjects", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "key", Body: "x" }));
    await putPolicy({
      Effect: "Deny",
      Principal: { AWS: "*" },
      Action: "s3:DeleteObject",
      Resource: `arn:aws:s3:::${Bucket}/*`,
    });
    const { Errors } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "key" }] } }),
    );
    expect(Errors).toMatchObject([{ Key: "key", Code: "AccessDenied" }]);
  });

  it("that wants TLS lets loopback through", async () => {
    await putPolicy({
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    await s3.send(new PutObjectCommand({ Bucket, Key: "key", Body: "x" }));
  });

  it("with a condition that cannot be enforced here is refused", async () => {
    await expect(
      putPolicy({
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: `arn:aws:s3:::${Bucket}/*`,
        Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
      }),
    ).rejects.toMatchObject({ name: "NotImplemented" });
  });

  it("that allows something is refused, because roles get their permissions from IAM", async () => {
    await expect(
      putPolicy({
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: `arn:aws:s3:::${Bucket}/*`,
      }),
    ).rejects.toMatchObject({ name: "NotImplemented" });
  });

  it("about another bucket is malformed", async () => {
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

describe("regions", () => {
  it("a bucket is where it was created, and only there", async () => {
    const europe = s3Client(local().endpoint, "eu-central-1");
    const name = `${Bucket}-eu`;
    await europe.send(
      new CreateBucketCommand({
        Bucket: name,
        CreateBucketConfiguration: { LocationConstraint: "eu-central-1" },
      }),
    );
    await europe.send(new PutObjectCommand({ Bucket: name, Key: "key", Body: "x" }));
    const location = await s3.send(new GetBucketLocationCommand({ Bucket: name }));
    expect(location.LocationConstraint).toBe("eu-central-1");
    await expect(s3.send(new GetObjectCommand({ Bucket: name, Key: "key" }))).rejects.toMatchObject(
      { name: "PermanentRedirect", $metadata: { httpStatusCode: 301 } },
    );
    await expect(s3.send(new HeadBucketCommand({ Bucket: name }))).rejects.toMatchObject({
      $response: { headers: { "x-amz-bucket-region": "eu-central-1" } },
    });
    europe.destroy();
  });

  it("a bucket of another region is not created from here", async () => {
    const europe = s3Client(local().endpoint, "eu-central-1");
    await expect(
      europe.send(
        new CreateBucketCommand({
          Bucket: `${Bucket}-us`,
          CreateBucketConfiguration: { LocationConstraint: "us-west-2" },
        }),
      ),
    ).rejects.toMatchObject({ name: "IllegalLocationConstraintException" });
    europe.destroy();
  });
});

describe("names", () => {
  it.each(["AB", "a", "under_score", "192.168.0.1", "-dash", "xn--a", "a..b"])(
    "%s is no bucket name",
    (name) => {
      expect(() => local().context.buckets.create(name, "us-east-1")).toThrow("not valid");
    },
  );

  it("a bucket that exists is created again in us-east-1 only", async () => {
    await s3.send(new CreateBucketCommand({ Bucket }));
    expect(() => local().context.buckets.create(Bucket, "us-east-1")).toThrow("already own it");
  });

  it("a key has 1,024 bytes at most", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "k".repeat(1024), Body: "x" }));
    await expect(
      s3.send(new PutObjectCommand({ Bucket, Key: "k".repeat(1025), Body: "x" })),
    ).rejects.toMatchObject({ name: "KeyTooLongError" });
  });
});

/** Sends everything but the last byte of a body until `finish` is called. */
function slowPut(key: string, headers: Record<string, string>, body: string) {
  const {
    promise: answer,
    resolve,
    reject,
  } = Promise.withResolvers<{ status: number; body: string }>();
  const put = httpRequest(`${local().endpoint}/${Bucket}/${key}`, {
    method: "PUT",
    headers: {
      ...headers,
      authorization:
        "AWS4-HMAC-SHA256 Credential=local/20261120/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0",
      "content-length": body.length,
    },
  });
  put.on("error", reject);
  put.on("response", async (response) => {
    const text = Buffer.concat(await response.toArray()).toString();
    resolve({ status: response.statusCode!, body: text });
  });
  put.write(body.slice(0, -1));
  return { finish: () => put.end(body.slice(-1)), answer };
}

async function waitUntilReceiving() {
  const incoming = `${local().home}/s3/incoming`;
  while (readdirSync(incoming).length === 0) await new Promise(setImmediate);
}
