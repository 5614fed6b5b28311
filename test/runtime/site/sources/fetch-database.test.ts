import { spawn } from "node:child_process";
import { hash } from "node:crypto";
import { once } from "node:events";
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { indexKey, type ManifestDatabase } from "../../../../runtime/core/format/manifest.ts";
import { Bucket } from "../../../../runtime/core/store/s3.ts";
import { fetchDatabase } from "../../../../runtime/site/sources/fetch-database.ts";
import { LocalFiles } from "../../../../runtime/site/sources/local-files.ts";
import { temporaryDirectory } from "../../../temporary-directory.ts";
import {
  BUCKET,
  environmentOf,
  type Fault,
  type SmallS3,
  startSmallS3,
} from "../../core/store/small-s3.ts";
import { makeDatabase, publishDatabase, setVersion } from "./published.ts";

let s3: SmallS3;
let bucket: Bucket;
let directory: string;

beforeAll(async () => {
  s3 = await startSmallS3();
  bucket = new Bucket(BUCKET, environmentOf(s3));
});
afterAll(() => s3.close());
beforeEach(() => {
  directory = temporaryDirectory();
  s3.requests.length = 0;
  s3.fault = () => null;
  onTestFinished(() => s3.objects.clear());
});

function makeAndPublish(megabytes: number): { path: string; database: ManifestDatabase } {
  const path = join(temporaryDirectory(), "shop.db");
  makeDatabase(path, megabytes);
  return { path, database: publishDatabase(s3.objects, "shop", path) };
}

test("a fetched database is the published file, byte for byte", async () => {
  const { path, database } = makeAndPublish(5);
  const { copy, report } = await fetchDatabase(bucket, database, directory, null);
  expect(readFileSync(copy.path).equals(readFileSync(path))).toBe(true);
  expect(readdirSync(directory)).toEqual([`${database.sha256}.db`]);
  expect(report.fetchedBlocks).toBe(copy.index.blocks.length);
});

test("a block that occurs several times in the file is fetched once", async () => {
  const path = join(temporaryDirectory(), "zeros.db");
  writeFileSync(path, Buffer.alloc(4 * 1024 * 1024 + 5));
  const database = publishDatabase(s3.objects, "zeros", path);
  const { copy } = await fetchDatabase(bucket, database, directory, null);
  expect(readFileSync(copy.path).equals(readFileSync(path))).toBe(true);
  expect(s3.requests.filter((key) => key.startsWith("blocks/"))).toHaveLength(2);
});

test("with a tenth of all requests failing in every way the file is still right", async () => {
  const { path, database } = makeAndPublish(24);
  const faults: Fault[] = [500, 503, "slow", "truncated", "reset", "corrupt"];
  let requests = 0;
  let failed = 0;
  s3.fault = () => (requests++ % 10 === 3 ? faults[failed++ % faults.length]! : null);
  const { copy } = await fetchDatabase(bucket, database, directory, null);
  expect(readFileSync(copy.path).equals(readFileSync(path))).toBe(true);
  expect(failed).toBeGreaterThan(2);
});

test("a block that is not what its name says is refused, and no file is left", async () => {
  const { database } = makeAndPublish(3);
  const [key] = [...s3.objects.keys()].filter((each) => each.startsWith("blocks/"));
  s3.objects.set(key!, zstdCompressSync(Buffer.alloc(1024 * 1024)));
  await expect(fetchDatabase(bucket, database, directory, null)).rejects.toThrow(
    `${key} does not match its name`,
  );
  expect(readdirSync(directory)).toEqual([]);
});

test("a block that would decompress to more than a block is refused", async () => {
  const { database } = makeAndPublish(1);
  const [key] = [...s3.objects.keys()].filter((each) => each.startsWith("blocks/"));
  s3.objects.set(key!, zstdCompressSync(Buffer.alloc(64 * 1024 * 1024)));
  await expect(fetchDatabase(bucket, database, directory, null)).rejects.toThrow(
    "does not match its name",
  );
});

test("a missing block is an error that names it", async () => {
  const { database } = makeAndPublish(1);
  const [key] = [...s3.objects.keys()].filter((each) => each.startsWith("blocks/"));
  s3.objects.delete(key!);
  await expect(fetchDatabase(bucket, database, directory, null)).rejects.toThrow(
    `S3 answered 404 NoSuchKey for ${BUCKET}/${key}`,
  );
});

test("a database that the disk has no room for is refused before anything is fetched", async () => {
  const size = 2 ** 52;
  const text = JSON.stringify({ blockSize: size, size, blocks: ["0".repeat(64)] });
  const index = hash("sha256", text);
  s3.objects.set(indexKey(index), Buffer.from(text));
  const huge = { ...makeAndPublish(1).database, size, index };
  await expect(fetchDatabase(bucket, huge, directory, null)).rejects.toThrow("no room for shop");
  expect(s3.requests.filter((key) => key.startsWith("blocks/"))).toEqual([]);
  expect(readdirSync(directory)).toEqual([]);
});

test("a new version fetches only the blocks that changed", async () => {
  const { path, database } = makeAndPublish(10);
  const first = await fetchDatabase(bucket, database, directory, null);
  setVersion(path, 2);
  const changed = publishDatabase(s3.objects, "shop", path);
  s3.requests.length = 0;
  const { copy, report } = await fetchDatabase(bucket, changed, directory, first.copy);
  expect(readFileSync(copy.path).equals(readFileSync(path))).toBe(true);
  expect(s3.requests.filter((key) => key.startsWith("blocks/"))).toHaveLength(1);
  expect(report.copiedBlocks).toBe(copy.index.blocks.length - 1);
});

test("a previous file that was damaged or removed is made good from the bucket", async () => {
  const { path, database } = makeAndPublish(3);
  const first = await fetchDatabase(bucket, database, directory, null);
  setVersion(path, 2);
  const changed = publishDatabase(s3.objects, "shop", path);
  const damaged = join(directory, "damaged.db");
  copyFileSync(path, damaged);
  const bytes = readFileSync(damaged);
  writeFileSync(damaged, bytes.fill(7, 2_000_000, 2_000_100));
  for (const old of [damaged, join(directory, "removed.db")]) {
    const target = temporaryDirectory();
    const { copy } = await fetchDatabase(bucket, changed, target, { ...first.copy, path: old });
    expect(readFileSync(copy.path).equals(readFileSync(path))).toBe(true);
  }
});

test("many who ask at the same time share one fetch", async () => {
  const { database } = makeAndPublish(3);
  const files = new LocalFiles(bucket, directory);
  const copies = await Promise.all(Array.from({ length: 20 }, () => files.fetch(database)));
  expect(new Set(copies).size).toBe(1);
  expect(s3.requests).toHaveLength(1 + copies[0]!.index.blocks.length);
});

test("connections that died while nobody looked do not fail a fetch", async () => {
  const first = makeAndPublish(3);
  await fetchDatabase(bucket, first.database, directory, null);
  s3.dropConnections();
  const second = makeAndPublish(3);
  const { copy } = await fetchDatabase(bucket, second.database, directory, null);
  expect(readFileSync(copy.path).equals(readFileSync(second.path))).toBe(true);
});

test("an environment killed in the middle of a fetch starts clean", async () => {
  const { path, database } = makeAndPublish(6);
  const lastBlock = [...s3.objects.keys()].findLast((key) => key.startsWith("blocks/"))!;
  s3.fault = (key) => (key === lastBlock ? "reset" : null);
  const script = fileURLToPath(new URL("fetch-in-child.ts", import.meta.url));
  const child = spawn(process.execPath, [script, directory, JSON.stringify(database)], {
    env: { ...process.env, ...environmentOf(s3) },
    stdio: ["ignore", "inherit", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const partial = `${database.sha256}.db.${child.pid}.partial`;
  await expect.poll(() => readdirSync(directory), { timeout: 20_000 }).toContain(partial);
  child.kill("SIGKILL");
  await once(child, "exit");
  s3.fault = () => null;

  const files = new LocalFiles(bucket, directory);
  await files.sweep(new Set([database.sha256]));
  expect(readdirSync(directory)).toEqual([]);
  const copy = await files.fetch(database);
  expect(readFileSync(copy.path).equals(readFileSync(path))).toBe(true);
});
