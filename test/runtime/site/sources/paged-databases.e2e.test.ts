import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { zstdCompressSync } from "node:zlib";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { DataUnavailable } from "../../../../runtime/core/sqlite/sql-error.ts";
import { temporaryDirectory } from "../../../temporary-directory.ts";
import { type S3Thread, startS3Thread } from "../../core/store/s3-thread.ts";
import { makeShop, type Paged, startPaged } from "./paged.ts";
import { publishDatabase, setVersion } from "./published.ts";

const ROWS = 3_000;
const folder = mkdtempSync(join(tmpdir(), "dsl-test-"));
const path = join(folder, "shop.db");
makeShop(path, ROWS);
const plain = new Database(path, { readonly: true });
let s3: S3Thread;
beforeAll(async () => {
  s3 = await startS3Thread();
});
afterAll(async () => {
  await s3.close();
  plain.close();
  rmSync(folder, { recursive: true });
});

type Start = Parameters<typeof startPaged>;

async function start(...[options, publishing]: Partial<Start>): Promise<Paged> {
  const paged = await startPaged({ s3, ...options }, publishing);
  onTestFinished(() => paged.close());
  return paged;
}

const QUERIES = [
  "select count(*), sum(length(text)), max(text), min(text) from data",
  "select * from data where part = 17 order by id limit 100",
  "select id, text from data order by id desc limit 50",
  "select rowid from data_fts('row') order by rank limit 20",
  "select part, count(*) from data group by part order by 2 desc, 1",
  "select text from data order by text limit 10",
];

function expectSameAnswers(connection: { query: (sql: string) => { rows: unknown } }): void {
  for (const sql of QUERIES) {
    const expected = plain.prepare(sql).raw().safeIntegers().all();
    expect(connection.query(sql).rows).toEqual(expected);
  }
}

function blockKeys(paged: Paged): string[] {
  return [...paged.s3.objects.keys()].filter((key) => key.startsWith("blocks/"));
}

test("queries give what the file itself gives, though every block has to come first", async () => {
  const paged = await start();
  expectSameAnswers(await paged.open(path));
});

test("a cache of 8 blocks serves a database of hundreds", async () => {
  const paged = await start({ blocks: 8 });
  expectSameAnswers(await paged.open(path));
});

test("a query fetches the blocks that it reads, and no others", async () => {
  const paged = await start();
  const connection = await paged.open(path);
  connection.value("select text from data where id = 1500");
  const { keys } = await paged.s3.traffic();
  const blocks = keys.filter((key) => key.startsWith("blocks/"));
  expect(blocks.length).toBeLessThan(12);
  expect(blockKeys(paged).length).toBeGreaterThan(100);
  connection.value("select text from data where id = 1500");
  expect((await paged.s3.traffic()).keys).toEqual([]);
});

test("with the pages that every query reads in the index, a row costs one block", async () => {
  const paged = await start({}, { blockSize: 65_536 });
  const connection = await paged.open(path);
  await paged.s3.traffic();
  connection.value("select text from data where id = 1500");
  expect((await paged.s3.traffic()).keys).toHaveLength(1);
});

test("reading in order fetches ahead, in parallel", async () => {
  const paged = await start();
  const connection = await paged.open(path);
  await paged.s3.traffic();
  paged.s3.setNetwork({ latencyMs: 20 });
  connection.value("select sum(length(text)) from data");
  expect((await paged.s3.traffic()).mostAtOnce).toBeGreaterThan(3);
});

test("what fits is fetched whole while nobody waits", async () => {
  const paged = await start({ fills: true });
  const connection = await paged.open(path);
  connection.value("select count(*) from data where id < 3");
  const wanted = blockKeys(paged).length;
  const seen = new Set<string>();
  const count = async () => {
    for (const key of (await paged.s3.traffic()).keys) seen.add(key);
    return [...seen].filter((key) => key.startsWith("blocks/")).length;
  };
  await expect.poll(count, { timeout: 60_000 }).toBe(wanted);
  for (const key of blockKeys(paged)) paged.s3.objects.delete(key);
  expectSameAnswers(connection);
});

test("a database of a few blocks comes all at once when the first is wanted", async () => {
  const small = join(temporaryDirectory(), "small.db");
  makeShop(small, 2_200);
  const paged = await start({ fills: true }, { blockSize: 65_536 });
  const connection = await paged.open(small);
  await paged.s3.traffic();
  paged.s3.setNetwork({ latencyMs: 300 });
  connection.value("select text from data where id = 700");
  expect(blockKeys(paged).length).toBeLessThan(16);
  expect((await paged.s3.traffic()).mostAtOnce).toBeGreaterThan(8);
});

test("a query that waits for blocks ends when its time is up, and the next one goes on", async () => {
  const paged = await start();
  const connection = await paged.open(path);
  connection.value("select count(*) from data where id < 3");
  paged.s3.setNetwork({ latencyMs: 8_000 });
  const started = performance.now();
  const slow = () => connection.query(QUERIES[0]!, {}, { timeLimit: 100 });
  expect(slow).toThrow(expect.objectContaining({ interrupted: true }));
  expect(performance.now() - started).toBeLessThan(7_000);
  paged.s3.setNetwork({});
  expectSameAnswers(connection);
});

test("a query that needs too many blocks is ended, with words that say so", async () => {
  const paged = await start({ budget: 5 });
  const connection = await paged.open(path);
  const run = () => connection.query(QUERIES[1]!, {}, { timeLimit: 60_000 });
  expect(run).toThrow("more than 5 blocks that are not here yet");
  // Each try finds what the ones before it fetched.
  await expect.poll(run, { timeout: 60_000 }).toBeDefined();
});

test("what the process grows by while a query waits for its blocks is not what the query takes", async () => {
  const paged = await start();
  const connection = await paged.open(path);
  paged.s3.setNetwork({ latencyMs: 2_000 });
  const program = `
    const { parentPort } = require("node:worker_threads");
    const bytes = Buffer.alloc(300_000_000, 1);
    parentPort.postMessage("done");
    setTimeout(() => bytes.length, 60_000);
  `;
  const growing = new Worker(program, { eval: true });
  onTestFinished(async () => void (await growing.terminate()));
  const row = "select text from data where id = 1500";
  const expected = plain.prepare(row).raw().all();
  expect(connection.query(row, {}, { timeLimit: 60_000 }).rows).toEqual(expected);
});

test("a block that is damaged in the bucket is an error for those who need it, and no other", async () => {
  const paged = await start();
  const connection = await paged.open(path);
  const [last] = blockKeys(paged).slice(-1);
  const good = paged.s3.objects.get(last!)!;
  paged.s3.objects.set(last!, zstdCompressSync(Buffer.alloc(4096, 7)));
  const all = () => connection.query("select count(*), sum(length(block)) from data_fts_data");
  expect(all).toThrow(DataUnavailable);
  expect(all).toThrow("a part of this database is damaged where it is stored");
  expect(connection.value("select count(*) from data")).toBe(BigInt(ROWS));
  paged.s3.objects.set(last!, good);
  expectSameAnswers(connection);
});

test("a block that is missing in the bucket is the same, and so is a database without an index", async () => {
  const paged = await start();
  const connection = await paged.open(path);
  for (const key of blockKeys(paged)) paged.s3.objects.delete(key);
  expect(() => connection.query(QUERIES[0]!)).toThrow("could not be fetched");
  const other = publishDatabase(new Map(), "other", path);
  await expect(
    paged.databases.open({ ...other, sha256: "0".repeat(64), index: `${"0".repeat(64)}.bin` }),
  ).rejects.toThrow("404");
});

test("with a tenth of all requests failing in every way the answers are right", async () => {
  const paged = await start();
  const connection = await paged.open(path);
  paged.s3.setFault({ faults: [500, 503, "slow", "truncated", "reset", "corrupt"], every: 10 });
  expectSameAnswers(connection);
});

test("a new version takes what did not change from what is here", async () => {
  const changing = join(temporaryDirectory(), "changing.db");
  makeShop(changing, 500);
  const database = new Database(changing);
  database.exec("create table version (n integer); insert into version values (1)");
  database.close();
  const paged = await start();
  const first = await paged.open(changing);
  const sum = "select sum(length(text)) from data";
  const expected = first.value(sum);
  setVersion(changing, 2);
  const second = await paged.open(changing);
  await paged.s3.traffic();
  expect(second.value(sum)).toBe(expected);
  expect(second.value("select n from version")).toBe(2n);
  expect(first.value("select n from version")).toBe(1n);
  const { keys } = await paged.s3.traffic();
  expect(keys.filter((key) => key.startsWith("blocks/")).length).toBeLessThan(4);
});

test("a download is the published file, byte for byte", async () => {
  const paged = await start();
  const published = publishDatabase(paged.s3.objects, "shop", path, { blockSize: 4096 });
  const { bytes } = await paged.databases.open(published);
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes()) pieces.push(piece);
  expect(Buffer.concat(pieces).equals(readFileSync(path))).toBe(true);
});

test("no file is left, because the cache has no name", async () => {
  const directory = temporaryDirectory();
  const paged = await start({ directory });
  expectSameAnswers(await paged.open(path));
  expect(readdirSync(directory)).toEqual([]);
});

test("several threads read the same database at the same time", async () => {
  const paged = await start({ blocks: 16 });
  await paged.open(path);
  const published = publishDatabase(paged.s3.objects, "shop", path, { blockSize: 4096, hot: null });
  const { url } = await paged.databases.open(published);
  const program = `
    const { parentPort, workerData } = require("node:worker_threads");
    const db = new (require("better-sqlite3"))(workerData.url, { readonly: true });
    const answers = workerData.queries.map((sql) => JSON.stringify(db.prepare(sql).raw().all()));
    parentPort.postMessage(answers);
  `;
  const answers = Array.from({ length: 4 }, async () => {
    const reader = new Worker(program, { eval: true, workerData: { url, queries: QUERIES } });
    return new Promise((resolve, reject) => reader.once("message", resolve).once("error", reject));
  });
  const expected = QUERIES.map((sql) => JSON.stringify(plain.prepare(sql).raw().all()));
  for (const answer of await Promise.all(answers)) expect(answer).toEqual(expected);
});

test("when the fetching thread is gone, reads fail at once instead of waiting", async () => {
  const paged = await start();
  const connection = await paged.open(path);
  connection.value("select count(*) from data where id < 3");
  await paged.databases.close();
  expect(() => connection.query(QUERIES[0]!)).toThrow("has ended");
  await expect(paged.databases.open({} as never)).rejects.toThrow("has ended");
});
