import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { guardFile } from "../../../../src/paths.ts";
import { temporaryDirectory } from "../../../temporary-directory.ts";
import { type S3Thread, startS3Thread } from "../../core/store/s3-thread.ts";
import { BUCKET, environmentOf } from "../../core/store/small-s3.ts";
import { makeShop, SMALL_BLOCKS, startPaged } from "./paged.ts";
import { publishDatabase } from "./published.ts";

const folder = mkdtempSync(join(tmpdir(), "dsl-test-"));
const path = join(folder, "shop.db");
let s3: S3Thread;

beforeAll(async () => {
  makeShop(path, 2_000);
  s3 = await startS3Thread();
});
afterAll(async () => {
  await s3.close();
  rmSync(folder, { recursive: true });
});

const column = fc.constantFrom("id", "text", "part", "length(text)", "id % 7");
const condition = fc.oneof(
  fc.integer({ min: -5, max: 2_100 }).map((id) => `id >= ${id}`),
  fc.integer({ min: 0, max: 110 }).map((part) => `part = ${part}`),
  fc
    .integer({ min: 0, max: 2_100 })
    .map((id) => `id in (select id * 3 from data where id < ${id})`),
  fc.integer({ min: 0, max: 99 }).map((n) => `id in (select rowid from data_fts('row ${n}'))`),
);
const query = fc
  .tuple(column, column, condition, condition, fc.boolean(), fc.integer({ min: 1, max: 300 }))
  .map(([shown, by, one, other, down, limit]) => {
    const order = `order by ${by} ${down ? "desc" : "asc"}, id`;
    return `select ${shown}, id from data where ${one} and ${other} ${order} limit ${limit}`;
  });

const shape = fc.record({
  rows: fc.integer({ min: 1, max: 800 }),
  pageSize: fc.constantFrom(512, 1024, 4096, 8192),
  blockSize: fc.constantFrom(512, 4096, 16_384),
  blocks: fc.integer({ min: 8, max: 64 }),
  fills: fc.boolean(),
  isUnreliable: fc.boolean(),
  queries: fc.array(query, { minLength: 1, maxLength: 8 }),
});

test("random queries on random databases give what SQLite gives on the file", async () => {
  await fc.assert(
    fc.asyncProperty(shape, async (each) => {
      const file = join(folder, "random.db");
      rmSync(file, { force: true });
      const empty = new Database(file);
      empty.pragma(`page_size = ${each.pageSize}`);
      empty.exec("create table first (x)");
      empty.close();
      makeShop(file, each.rows);
      const { blockSize, blocks, fills } = each;
      const paged = await startPaged({ s3, blocks, fills }, { blockSize, hot: null });
      const plain = new Database(file, { readonly: true });
      try {
        const connection = await paged.open(file);
        if (each.isUnreliable) {
          s3.setFault({ faults: [500, 503, "truncated", "reset", "corrupt"], every: 10 });
        }
        for (const sql of each.queries) {
          const expected = plain.prepare(sql).raw().safeIntegers().all();
          expect(connection.query(sql).rows, sql).toEqual(expected);
        }
      } finally {
        plain.close();
        await paged.close();
      }
    }),
    { numRuns: 25 },
  );
});

const PROGRAM = fileURLToPath(new URL("./on-demand-program.ts", import.meta.url));

/** Another process that reads all of the database on demand and prints its sum; see the program. */
function startReader(directory: string, published: unknown, environments = 1) {
  const environment = { ...environmentOf(s3), SQLITE_USE_URI: "1" };
  const data = {
    extensionFile: guardFile(),
    bucket: BUCKET,
    environment,
    directory,
    published,
    environments,
  };
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(data)], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const output: Buffer[] = [];
  child.stdout.on("data", (bytes: Buffer) => output.push(bytes));
  return { child, ended: once(child, "close").then(() => Buffer.concat(output).toString()) };
}

test("killed at random moments, an environment leaves nothing behind and the next one is right", async () => {
  const published = publishDatabase(s3.objects, "shop", path, SMALL_BLOCKS);
  onTestFinished(() => s3.reset());
  s3.setNetwork({ latencyMs: 2 });
  const directory = temporaryDirectory();
  for (let round = 0; round < 8; round++) {
    const { child, ended } = startReader(directory, published);
    await sleep(200 + Math.random() * 600);
    child.kill("SIGKILL");
    await ended;
    expect(readdirSync(directory)).toEqual([]);
  }
  expect(await startReader(directory, published).ended).toBe("2000 rows\n");
});

test("frozen at random moments, for longer than a connection lives, an environment goes on", async () => {
  const published = publishDatabase(s3.objects, "shop", path, SMALL_BLOCKS);
  onTestFinished(() => s3.reset());
  s3.setNetwork({ latencyMs: 4 });
  const { child, ended } = startReader(temporaryDirectory(), published);
  for (const frozenMs of [300, 50, 6_000, 100]) {
    await sleep(300 + Math.random() * 400);
    child.kill("SIGSTOP");
    await sleep(frozenMs);
    child.kill("SIGCONT");
  }
  expect(await ended).toBe("2000 rows\n");
});

test("50 environments at once each read all of it", async () => {
  const published = publishDatabase(s3.objects, "shop", path, SMALL_BLOCKS);
  onTestFinished(() => s3.reset());
  const directory = temporaryDirectory();
  const readers = Array.from({ length: 5 }, () => startReader(directory, published, 10).ended);
  expect((await Promise.all(readers)).join("")).toBe("2000 rows\n".repeat(50));
});
