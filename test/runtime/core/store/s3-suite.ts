/** What the runtime's S3 client does, on a server of somebody else. */
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { Bucket } from "../../../../runtime/core/store/s3.ts";
import { S3Error } from "../../../../runtime/core/store/s3-requests.ts";

const NAME = "runtime-bucket";
const CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };
const REGION = "us-east-1";

export async function createTestBucket(endpoint: string): Promise<Bucket> {
  const client = sdkClient(endpoint);
  await client.send(new CreateBucketCommand({ Bucket: NAME }));
  return new Bucket(NAME, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  });
}

export async function putObject(endpoint: string, key: string, body: string): Promise<void> {
  await sdkClient(endpoint).send(new PutObjectCommand({ Bucket: NAME, Key: key, Body: body }));
}

function sdkClient(endpoint: string): S3Client {
  return new S3Client({ endpoint, region: REGION, credentials: CREDENTIALS, forcePathStyle: true });
}

export function describeClient(server: () => { endpoint: string; bucket: Bucket }): void {
  test("an object is read, and read again only when it has changed", async () => {
    const { endpoint, bucket } = server();
    await putObject(endpoint, "manifests/a b+ü.json", "one");
    const { body, etag } = await bucket.get("manifests/a b+ü.json");
    expect(body.toString()).toBe("one");
    expect(await bucket.getIfChanged("manifests/a b+ü.json", etag)).toBeNull();
    await putObject(endpoint, "manifests/a b+ü.json", "two");
    const changed = await bucket.getIfChanged("manifests/a b+ü.json", etag);
    expect(changed?.body.toString()).toBe("two");
  });

  test("a missing object is an error that names it, at once", async () => {
    const { bucket } = server();
    const error = await bucket.get("none").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(S3Error);
    expect(error).toMatchObject({ status: 404, code: "NoSuchKey" });
    expect(await bucket.lastModified("none")).toBeNull();
  });

  test("an object of several parts is one object, with its headers, at a presigned URL", async () => {
    const { bucket } = server();
    const parts = [Buffer.alloc(5 * 1024 * 1024, 1), Buffer.from("the end")];
    const headers = {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": 'attachment; filename="a b.csv"',
    };
    await bucket.putParts("exports/1/a.csv", streamOf(parts), headers);
    const modified = await bucket.lastModified("exports/1/a.csv");
    expect(Math.abs(Date.now() - modified!.getTime())).toBeLessThan(60_000);
    const answer = await fetch(bucket.presignedUrl("exports/1/a.csv", 60));
    expect(answer.headers.get("content-type")).toBe(headers["content-type"]);
    expect(answer.headers.get("content-disposition")).toBe(headers["content-disposition"]);
    expect(Buffer.from(await answer.arrayBuffer()).equals(Buffer.concat(parts))).toBe(true);
  });
}

async function* streamOf(parts: Buffer[]): AsyncIterable<Buffer> {
  yield* parts;
}
