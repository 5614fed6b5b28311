import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { Bucket } from "../../../../runtime/core/store/s3.ts";
import { InFlight } from "../../../../runtime/site/in-flight.ts";
import type { Site } from "../../../../runtime/site/site.ts";
import { BucketSource } from "../../../../runtime/site/sources/bucket.ts";
import { PagedDatabases } from "../../../../runtime/site/sources/paged-databases.ts";
import { guardFile } from "../../../../src/paths.ts";
import { temporaryDirectory } from "../../../temporary-directory.ts";
import { BUCKET, environmentOf, type SmallS3, startSmallS3 } from "../../core/store/small-s3.ts";
import { makeDatabase, publish, setVersion } from "./published.ts";

let s3: SmallS3;
let inFlight: InFlight;
let directory: string;
let shop: string;
let staff: string;
let databases: PagedDatabases;

beforeEach(async () => {
  s3 = await startSmallS3();
  inFlight = new InFlight();
  directory = temporaryDirectory();
  [shop, staff] = [join(temporaryDirectory(), "shop.db"), join(temporaryDirectory(), "staff.db")];
  makeDatabase(shop, 4);
  makeDatabase(staff, 1);
  publish(s3.objects, 1, { shop, staff });
});
afterEach(async () => {
  await databases.close();
  await s3.close();
});

function startSource(refreshMs: number): BucketSource {
  const environment = environmentOf(s3);
  const start = async () => {
    const extensionFile = guardFile();
    const options = { extensionFile, bucket: BUCKET, environment, directory, fills: false };
    databases = await PagedDatabases.start(options);
    return databases;
  };
  return new BucketSource(new Bucket(BUCKET, environment), start, inFlight, refreshMs);
}

function publishVersion(version: number): void {
  setVersion(shop, version);
  setVersion(staff, version);
  publish(s3.objects, version, { shop, staff });
}

/** The version that is written inside a database of the site. */
async function versionIn(site: Site, name: string): Promise<number> {
  const database = site.databases.find((each) => each.name === name)!;
  return Number((await database.connect()).value("select n from version"));
}

test("databases are fetched when they are first asked for, and not before", async () => {
  const source = startSource(60_000);
  const site = await source.current();
  expect(site).toMatchObject({ version: 1, storage: "s3" });
  expect(s3.requests).toEqual(["manifest.json"]);
  expect(await versionIn(site, "staff")).toBe(1);
  expect(s3.requests.map((key) => key.split("/")[0])).toEqual(["manifest.json", "indexes"]);
});

test("the manifest is asked for again only after the refresh time", async () => {
  const source = startSource(60_000);
  await source.current();
  await Promise.all(Array.from({ length: 50 }, () => source.current()));
  expect(s3.requests).toEqual(["manifest.json"]);
});

test("an unchanged manifest is not transferred again", async () => {
  const source = startSource(0);
  const site = await source.current();
  expect(await source.current()).toBe(site);
  expect(s3.requests).toEqual(["manifest.json", "manifest.json"]);
});

test("a new version is swapped in, with the databases in use opened before that", async () => {
  const source = startSource(0);
  await versionIn(await source.current(), "shop");
  publishVersion(2);
  s3.requests.length = 0;
  const site = await source.current();
  expect(site.version).toBe(2);
  expect(s3.requests.map((key) => key.split("/")[0])).toEqual(["manifest.json", "indexes"]);
  expect(await versionIn(site, "shop")).toBe(2);
  expect(await versionIn(site, "staff")).toBe(2);
});

test("a request that asks for a newer version has it looked for at once, once a second", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const source = startSource(60_000);
  await source.current();
  publishVersion(2);
  vi.setSystemTime(Date.now() + 1_000);
  expect((await source.current(2)).version).toBe(2);
  for (let i = 0; i < 20; i++) await source.current(3);
  expect(s3.requests.filter((key) => key === "manifest.json")).toHaveLength(2);
});

test("what an old version holds is given back when its last request has ended", async () => {
  const source = startSource(0);
  const end = inFlight.begin();
  const old = await source.current();
  await versionIn(old, "shop");
  publishVersion(2);
  const site = await source.current();
  expect(await versionIn(site, "shop")).toBe(2);
  expect(await versionIn(old, "shop")).toBe(1);
  const connection = await old.databases[0]!.connect();
  end();
  await vi.waitFor(() => expect(() => connection.value("select 1")).toThrow("not open"), 60_000);
  expect(await versionIn(site, "shop")).toBe(2);
});

test("while a new version cannot be had the old one is served", async () => {
  const source = startSource(0);
  await versionIn(await source.current(), "shop");
  publishVersion(2);
  s3.fault = (key) => (key.startsWith("indexes/") ? "corrupt" : null);
  expect((await source.current()).version).toBe(1);
  s3.objects.set("manifest.json", Buffer.from('{"format": 99}'));
  expect((await source.current()).version).toBe(1);
  s3.fault = () => null;
  publishVersion(3);
  expect(await versionIn(await source.current(), "shop")).toBe(3);
});

test("a first manifest that cannot be had is an error, and the next request tries again", async () => {
  const source = startSource(60_000);
  const manifest = s3.objects.get("manifest.json")!;
  s3.objects.delete("manifest.json");
  await expect(source.current()).rejects.toThrow("NoSuchKey");
  s3.objects.set("manifest.json", manifest);
  expect((await source.current()).version).toBe(1);
});

test("when the thread that fetches databases has ended, the next request starts it again", async () => {
  const source = startSource(60_000);
  await versionIn(await source.current(), "shop");
  const ended = databases;
  await ended.close();
  const site = await source.current();
  expect(await versionIn(site, "shop")).toBe(1);
  expect(databases).not.toBe(ended);
  expect(await source.current()).toBe(site);
});

test("requests during swaps each see one version whole", async () => {
  const source = startSource(0);
  let published = 1;
  let done = false;
  onTestFinished(() => {
    done = true;
  });
  const seen = new Set<number>();
  const visitor = async () => {
    while (!done) {
      const end = inFlight.begin();
      try {
        const site = await source.current();
        const before = await versionIn(site, "shop");
        await sleep(Math.random() * 20);
        const after = await versionIn(site, "staff");
        expect([before, after]).toEqual([site.version, site.version]);
        seen.add(before);
      } finally {
        end();
      }
    }
  };
  const visitors = Array.from({ length: 6 }, visitor);
  const publisher = async () => {
    while (published < 8) {
      publishVersion(++published);
      await sleep(60);
    }
    await expect.poll(() => seen.has(published)).toBe(true);
    done = true;
  };
  await Promise.all([...visitors, publisher()]);
  expect(seen.size).toBeGreaterThan(1);
});
