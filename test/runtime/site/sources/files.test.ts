import { chmodSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { beforeEach, expect, test } from "vitest";
import { buildSiteConfig } from "../../../../runtime/core/config/site-config.ts";
import { InFlight } from "../../../../runtime/site/in-flight.ts";
import type { Site } from "../../../../runtime/site/site.ts";
import { FilesSource, type ServedFile } from "../../../../runtime/site/sources/files.ts";
import { temporaryDirectory } from "../../../temporary-directory.ts";
import { makeDatabase, setVersion } from "./published.ts";

// Read by better-sqlite3 when it is loaded, which is when the first database is opened.
process.env.SQLITE_USE_URI = "1";

let directory: string;
let shop: ServedFile;
let inFlight: InFlight;

beforeEach(() => {
  directory = temporaryDirectory();
  const path = join(directory, "shop #1?.db");
  makeDatabase(path, 0.1);
  shop = { name: "shop", path, isMutable: true, sha256: null, inspection: null };
  inFlight = new InFlight();
});

function serve(
  files: ServedFile[],
  {
    crossdb = false,
    databases = {},
    ...options
  }: { memory?: boolean; nolock?: boolean; crossdb?: boolean; databases?: object } = {},
) {
  const flags = { cors: false, crossdb, defaultDeny: false };
  const config = buildSiteConfig({ config: { databases }, metadata: {}, settings: {}, flags });
  return new FilesSource({
    files,
    config,
    memory: false,
    nolock: false,
    guardFile: null,
    inFlight,
    actor: null,
    ...options,
  });
}

async function versionIn(site: Site, name = "shop"): Promise<number> {
  const connection = await site.databases.find((each) => each.name === name)!.connect();
  connection.refresh();
  return Number(connection.value("select n from version"));
}

/** Puts a database of another version where the file is. */
function replaceFile(version: number): void {
  const other = join(directory, "other");
  makeDatabase(other, 0.1, version);
  renameSync(other, shop.path);
}

test("what another connection writes is served", async () => {
  const source = serve([shop]);
  expect(await versionIn(await source.current())).toBe(1);
  setVersion(shop.path, 2);
  expect(await versionIn(await source.current())).toBe(2);
});

test("a file that takes the place of another one is served", async () => {
  const source = serve([shop]);
  expect(await versionIn(await source.current())).toBe(1);
  replaceFile(7);
  expect(await versionIn(await source.current())).toBe(7);
});

test("a request that began before a file was replaced goes on with the old one", async () => {
  const source = serve([shop]);
  const end = inFlight.begin();
  const old = await source.current();
  await versionIn(old);
  const connection = await old.databases[0]!.connect();
  replaceFile(7);
  expect(await versionIn(await source.current())).toBe(7);
  expect(await versionIn(old)).toBe(1);
  end();
  await Promise.resolve();
  expect(() => connection.value("select 1")).toThrow("not open");
});

test("while a file is missing or half written the old one is served", async () => {
  const source = serve([shop]);
  expect(await versionIn(await source.current())).toBe(1);
  rmSync(shop.path);
  expect(await versionIn(await source.current())).toBe(1);
  writeFileSync(shop.path, "SQLite format 3 and then nothing of a database".repeat(100));
  expect(await versionIn(await source.current())).toBe(1);
  replaceFile(7);
  expect(await versionIn(await source.current())).toBe(7);
});

test("an immutable file in WAL mode is read from a directory without write permission", async () => {
  const database = new Database(shop.path);
  database.pragma("journal_mode = wal");
  database.close();
  chmodSync(directory, 0o555);
  const source = serve([{ ...shop, isMutable: false }]);
  expect(await versionIn(await source.current())).toBe(1);
  chmodSync(directory, 0o755);
});

test("a locked file is read with nolock", async () => {
  const writer = new Database(shop.path);
  writer.exec("begin exclusive");
  const source = serve([shop], { nolock: true });
  expect(await versionIn(await source.current())).toBe(1);
  writer.close();
});

function shopAndOther(): ServedFile[] {
  const other = join(directory, "other.db");
  makeDatabase(other, 0.1, 5);
  return [shop, { ...shop, name: "other", path: other }];
}

test("the memory database comes first and joins the others with crossdb", async () => {
  const source = serve(shopAndOther(), { memory: true, crossdb: true });
  const site = await source.current();
  expect(site.databases.map(({ name }) => name)).toEqual(["_memory", "shop", "other"]);
  const memory = await site.databases[0]!.connect();
  expect(Number(memory.value("select a.n + b.n from shop.version a, other.version b"))).toBe(6);
});

test("the memory database is empty without crossdb", async () => {
  const source = serve(shopAndOther(), { memory: true });
  const memory = await (await source.current()).databases[0]!.connect();
  expect(memory.query("select name from pragma_database_list").rows).toEqual([["main"]]);
});

test.each([{ allow: false }, { allow_sql: false }])(
  "a database with %j is not attached to the memory database",
  async (denied) => {
    const databases = { shop: denied };
    const source = serve(shopAndOther(), { memory: true, crossdb: true, databases });
    const memory = await (await source.current()).databases[0]!.connect();
    const names = memory.query("select name from pragma_database_list").rows.flat();
    expect(names).toEqual(["main", "other"]);
  },
);
