import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FolderStore } from "../../../../runtime/core/store/folder-store.ts";
import { MemoryStore } from "../../../../runtime/core/store/memory-store.ts";
import { PrefixStore } from "../../../../runtime/core/store/prefix-store.ts";
import { S3Store } from "../../../../runtime/core/store/s3-store.ts";
import { BucketStore } from "../../../../src/aws/bucket-store.ts";
import { startLocal, type UsedS3, useS3 } from "../../publisher/servers.ts";
import { describeStore } from "./object-store-suite.ts";

const STORES = join(import.meta.dirname, "../../../../runtime/core/store");

describe("A store in memory", () => {
  describeStore(async () => new MemoryStore());
});

describe("A part of a store", () => {
  describeStore(async () => new PrefixStore(new MemoryStore(), "a/b", "part"));

  test("nothing outside of it is seen or changed", async () => {
    const whole = new MemoryStore();
    for (const key of ["a/b", "a/bc", "a/b/mine", "mine"]) {
      await whole.put(key, Buffer.from("x"));
    }
    const part = new PrefixStore(whole, "a/b", "part");
    expect((await part.list("")).map(({ key }) => key)).toEqual(["mine"]);
    await part.delete(["mine", "c"]);
    expect((await whole.list("")).map(({ key }) => key)).toEqual(["a/b", "a/bc", "mine"]);
  });
});

describe("A store in a folder", () => {
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "dsl-test-"));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));
  describeStore(async () => new FolderStore(await mkdtemp(join(home, "store-"))));

  test("of many processes that count up, none loses what another one wrote", async () => {
    const folder = join(home, "counted");
    const count = `
      import { FolderStore } from ${JSON.stringify(join(STORES, "folder-store.ts"))};
      const store = new FolderStore(${JSON.stringify(folder)});
      for (let done = 0; done < 25; ) {
        const now = await store.get("n");
        const next = Buffer.from(String(Number(now?.body ?? 0) + 1));
        const condition = now === null ? { ifNoneMatch: "*" } : { ifMatch: now.etag };
        if ((await store.putIf(condition, "n", next)) !== null) done++;
      }`;
    const run = promisify(execFile);
    await Promise.all(
      [1, 2, 3].map(() => run(process.execPath, ["--input-type=module", "-e", count])),
    );
    const store = new FolderStore(folder);
    expect((await store.get("n"))?.body.toString()).toBe("75");
    expect((await store.list("")).map(({ key }) => key)).toEqual(["n"]);
  });

  test("no key leads out of its folder", async () => {
    const store = new FolderStore(join(home, "inside"));
    await expect(store.put("../outside", Buffer.from("x"))).rejects.toThrow("outside the folder");
  });
});

describe("A bucket of the local AWS", () => {
  const s3 = useS3(startLocal);
  describe("with the SDK", () => {
    describeStore(async () => new BucketStore(s3().client, await newBucket(s3())));
  });
  describe("with the light client", () => {
    describeStore(async () => new S3Store(await newBucket(s3()), environmentOf(s3())));

    test("a list goes on beyond the first thousand", async () => {
      const store = new S3Store(await newBucket(s3()), environmentOf(s3()));
      for (let i = 0; i < 1100; i += 50) {
        await Promise.all(
          Array.from({ length: 50 }, (_, j) => putWithSdk(s3(), store.name, `k/${i + j}`)),
        );
      }
      const listed = await store.list("k/");
      expect(new Set(listed.map(({ key }) => key)).size).toBe(1100);
      await store.delete(listed.map(({ key }) => key));
      expect(await store.list("")).toEqual([]);
    });
  });
});

let buckets = 0;

async function newBucket({ client }: UsedS3): Promise<string> {
  const bucket = `store-${process.pid}-${++buckets}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return bucket;
}

async function putWithSdk({ client }: UsedS3, Bucket: string, Key: string): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
}

function environmentOf({ endpoint }: UsedS3): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  };
}

test("a folder that cannot be is an error, not a wait for ever", async () => {
  const store = new FolderStore("/proc/no/such/folder");
  await expect(store.put("a", Buffer.from("x"))).rejects.toMatchObject({ code: "ENOENT" });
});
