import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { request as httpRequest } from "node:http";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { signRequest } from "../../../runtime/core/store/sigv4.ts";
import { useLocalAws } from "./local-server.ts";
import { useBucket } from "./s3-bucket.ts";

const local = useLocalAws();
const bucket = useBucket(() => local().endpoint);

describe("conditional writes", () => {
  test("answer 409 when the object changes while the body arrives", async () => {
    await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key: "key", Body: "first" }));
    const etag = createHash("md5").update("first").digest("hex");
    const { finish, answer } = slowPut("key", { "if-match": `"${etag}"` }, "third");
    await waitUntilReceiving();
    await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key: "key", Body: "second" }));
    finish();
    expect(await answer).toMatchObject({
      status: 409,
      body: expect.stringContaining("<Code>ConditionalRequestConflict</Code>"),
    });
    expect((await local().context.objects.read(bucket.name, "key")).toString()).toBe("second");
  });

  test("let exactly one of many win who create the same key at once", async () => {
    const attempts = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) =>
        bucket.s3.send(
          new PutObjectCommand({
            Bucket: bucket.name,
            Key: "key",
            Body: String(n),
            IfNoneMatch: "*",
          }),
        ),
      ),
    );
    const winners = [...attempts.keys()].filter((n) => attempts[n]!.status === "fulfilled");
    expect(winners).toHaveLength(1);
    const stored = await local().context.objects.read(bucket.name, "key");
    expect(stored.toString()).toBe(String(winners[0]));
    for (const attempt of attempts) {
      if (attempt.status === "rejected") {
        expect(attempt.reason.name).toMatch(/^(PreconditionFailed|ConditionalRequestConflict)$/);
      }
    }
  });

  test("leave nothing behind when the bucket goes while the body arrives", async () => {
    const { finish, answer } = slowPut("key", {}, "body");
    await waitUntilReceiving();
    local().context.buckets.delete(bucket.name);
    finish();
    expect(await answer).toMatchObject({
      status: 404,
      body: expect.stringContaining("NoSuchBucket"),
    });
    expect(readdirSync(`${local().home}/s3/incoming`)).toEqual([]);
  });

  test("If-Match on an object that is not there is NoSuchKey", async () => {
    await expect(
      bucket.s3.send(
        new PutObjectCommand({ Bucket: bucket.name, Key: "key", Body: "x", IfMatch: '"abc"' }),
      ),
    ).rejects.toMatchObject({ name: "NoSuchKey", $metadata: { httpStatusCode: 404 } });
  });

  test("hold for the completion of a multipart upload, too", async () => {
    await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key: "key", Body: "first" }));
    const { UploadId } = await bucket.s3.send(
      new CreateMultipartUploadCommand({ Bucket: bucket.name, Key: "key" }),
    );
    const { ETag } = await bucket.s3.send(
      new UploadPartCommand({
        Bucket: bucket.name,
        Key: "key",
        UploadId,
        PartNumber: 1,
        Body: "part",
      }),
    );
    const complete = (condition: { IfMatch?: string; IfNoneMatch?: string }) =>
      bucket.s3.send(
        new CompleteMultipartUploadCommand({
          Bucket: bucket.name,
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
    expect((await local().context.objects.read(bucket.name, "key")).toString()).toBe("part");
  });
});

/** Sends everything but the last byte of a body until `finish` is called. */
function slowPut(key: string, headers: Record<string, string>, body: string) {
  const {
    promise: answer,
    resolve,
    reject,
  } = Promise.withResolvers<{ status: number; body: string }>();
  const url = new URL(`${local().endpoint}/${bucket.name}/${key}`);
  const scope = { credentials: local().credentials, region: "us-east-1", now: new Date() };
  const put = httpRequest(url, {
    method: "PUT",
    headers: { ...signRequest(scope, "PUT", url, headers), "content-length": body.length },
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
