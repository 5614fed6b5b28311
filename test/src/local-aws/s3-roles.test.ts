/** What the local S3 answers to a role that may not do everything. */
import type { Server } from "node:http";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Faults } from "../../../src/local-aws/common/faults.ts";
import { NeededActions } from "../../../src/local-aws/iam/needed-actions.ts";
import { Network } from "../../../src/local-aws/network.ts";
import { createS3Service } from "../../../src/local-aws/s3/s3.ts";
import { openS3Store, type S3Store } from "../../../src/local-aws/s3/store.ts";
import { endpointOf, listen } from "../../../src/local-aws/server.ts";
import { temporaryHome } from "./local-server.ts";

/** What the key `reader` may do. */
const ALLOWED = [
  "s3:GetObject arn:aws:s3:::bucket/manifest.json",
  "s3:GetObject arn:aws:s3:::bucket/missing",
  "s3:PutObject arn:aws:s3:::bucket/exports/rows.csv",
];

const home = temporaryHome();
let store: S3Store;
let server: Server;
let reader: S3Client;

beforeAll(async () => {
  store = openS3Store(home);
  const faults = new Faults();
  const network = new Network();
  const neededActions = new NeededActions();
  const s3 = createS3Service(
    store,
    "000000000000",
    (accessKeyId, action, resource) =>
      accessKeyId !== "reader" || ALLOWED.includes(`${action} ${resource}`),
  );
  server = await listen(0, {
    services: [s3],
    keyOf: () => ({ secretAccessKey: "secret" }),
    faults,
    network,
    neededActions,
    log: () => {},
    admin: {
      dns: { set() {} },
      faults,
      network,
      neededActions,
      stop: () => {},
      health: () => ({}) as never,
    },
  });
  reader = new S3Client({
    endpoint: endpointOf(server),
    region: "us-east-1",
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: "reader", secretAccessKey: "secret" },
  });
  store.buckets.create("bucket", "us-east-1");
  await store.objects.write("bucket", "manifest.json", Buffer.from("{}"));
  await store.objects.write("bucket", "blocks/a", Buffer.from("block"));
});

afterAll(async () => {
  reader.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  store.close();
});

const denied = { name: "AccessDenied", $metadata: { httpStatusCode: 403 } };
const Bucket = "bucket";

test("it reads and writes what its policies allow", async () => {
  await reader.send(new GetObjectCommand({ Bucket, Key: "manifest.json" }));
  await reader.send(new PutObjectCommand({ Bucket, Key: "exports/rows.csv", Body: "id" }));
});

test("everything else is AccessDenied", async () => {
  for (const command of [
    new GetObjectCommand({ Bucket, Key: "blocks/a" }),
    new PutObjectCommand({ Bucket, Key: "manifest.json", Body: "{}" }),
    new ListObjectsV2Command({ Bucket }),
    new ListBucketsCommand(),
    new CreateBucketCommand({ Bucket: "another" }),
    new CopyObjectCommand({ Bucket, Key: "exports/rows.csv", CopySource: "bucket/blocks/a" }),
  ]) {
    await expect(reader.send(command as GetObjectCommand)).rejects.toMatchObject(denied);
  }
  const { Errors } = await reader.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "manifest.json" }] } }),
  );
  expect(Errors).toMatchObject([{ Key: "manifest.json", Code: "AccessDenied" }]);
  expect(store.objects.find("bucket", "manifest.json")).toBeDefined();
});

test("a missing object is AccessDenied, too, because it may not list the bucket", async () => {
  await expect(reader.send(new GetObjectCommand({ Bucket, Key: "missing" }))).rejects.toMatchObject(
    denied,
  );
});
