/**
 * What a new environment costs its first visitor when databases are read on demand, against fetching
 * the whole file first, with a network like Lambda's (30 ms, 78 MB/s). Medians. Megabytes of the
 * databases are the arguments: `npm run bench:on-demand -- 10 100 1000`.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { eachConcurrently } from "../../runtime/core/concurrency.ts";
import { fetchBlock, fetchIndex } from "../../runtime/core/format/blocks.ts";
import { MANIFEST_KEY, type ManifestDatabase } from "../../runtime/core/format/manifest.ts";
import { Connection } from "../../runtime/core/sqlite/connection.ts";
import { MAX_CONNECTIONS } from "../../runtime/core/store/http-exchange.ts";
import { Bucket } from "../../runtime/core/store/s3.ts";
import { PagedDatabases } from "../../runtime/site/sources/paged-databases.ts";
import { LAMBDA_NETWORK } from "../../src/local-aws/network.ts";
import { guardFile } from "../../src/paths.ts";
import { type S3Thread, startS3Thread } from "../runtime/core/store/s3-thread.ts";
import { BUCKET, environmentOf } from "../runtime/core/store/small-s3.ts";
import { publish } from "../runtime/site/sources/published.ts";
import { fillBenchDatabase, QUERIES } from "./on-demand-database.ts";

process.env.SQLITE_USE_URI = "1";
const ROUNDS = 5;
/** From sources and on a busy machine; a bundle needs 30 ms. */
const THREAD_START_MS = 500;

interface Measured {
  milliseconds: number;
  requests: number;
  megabytes: number;
}

const directory = mkdtempSync(join(tmpdir(), "dsl-bench-"));
const sizes = process.argv.slice(2).map(Number);
for (const megabytes of sizes.length > 0 ? sizes : [10, 100]) await measureSize(megabytes);
rmSync(directory, { recursive: true });

async function measureSize(megabytes: number): Promise<void> {
  const file = join(directory, "bench.db");
  rmSync(file, { force: true });
  fillBenchDatabase(file, megabytes);
  const s3 = await startS3Thread();
  const [database] = publish(s3.objects, 1, { bench: file }).databases;
  s3.setNetwork(LAMBDA_NETWORK);
  console.log(`\n${Math.round(statSync(file).size / 1e6)} MB`);
  for (const [title, sql] of Object.entries(QUERIES)) {
    const paged = await median(s3, () => coldOnDemand(s3, database!, sql));
    const whole = await median(s3, () => coldWhole(s3, database!, sql));
    const numbers = ({ milliseconds: ms, requests, megabytes: mb }: Measured) =>
      `${ms.toFixed(0).padStart(6)} ms ${requests} requests ${mb.toFixed(1)} MB`;
    console.log(
      `${title.padEnd(32)} on demand ${numbers(paged).padEnd(36)} whole ${numbers(whole)}`,
    );
  }
  await measureRefresh(s3, file);
  await measureWarm(s3, file, database!);
  await s3.close();
}

async function median(s3: S3Thread, run: () => Promise<number>): Promise<Measured> {
  const rounds: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await s3.traffic();
    const milliseconds = await run();
    const { keys, bytes } = await s3.traffic();
    rounds.push({ milliseconds, requests: keys.length, megabytes: bytes / 1e6 });
  }
  rounds.sort((a, b) => a.milliseconds - b.milliseconds);
  return rounds[Math.floor(ROUNDS / 2)]!;
}

function start(s3: S3Thread, fills = false): Promise<PagedDatabases> {
  const environment = environmentOf(s3);
  return PagedDatabases.start({ extensionFile: guardFile(), bucket: BUCKET, environment, fills });
}

function connect(url: string, databases?: PagedDatabases): Connection {
  const readFailure = databases?.failure ?? (() => null);
  return new Connection(url, { immutable: true, guardFile: guardFile(), readFailure });
}

async function coldOnDemand(s3: S3Thread, database: ManifestDatabase, sql: string) {
  const databases = await start(s3);
  // Lambda starts the thread with the environment, before there is a request.
  await sleep(THREAD_START_MS);
  const started = performance.now();
  await new Bucket(BUCKET, environmentOf(s3)).get(MANIFEST_KEY);
  const { url } = await databases.open(database);
  const connection = connect(url, databases);
  connection.query(sql);
  const milliseconds = performance.now() - started;
  connection.close();
  await databases.close();
  return milliseconds;
}

async function coldWhole(s3: S3Thread, database: ManifestDatabase, sql: string) {
  const started = performance.now();
  const bucket = new Bucket(BUCKET, environmentOf(s3));
  await bucket.get(MANIFEST_KEY);
  const { blocks, blockSize, size } = await fetchIndex(bucket, database);
  const path = join(directory, "whole.db");
  const file = await open(path, "w");
  await eachConcurrently(blocks.entries(), MAX_CONNECTIONS, async ([at, sha256]) => {
    const position = at * blockSize;
    const { block } = await fetchBlock(bucket, sha256, Math.min(blockSize, size - position));
    await file.write(block, 0, block.length, position);
  });
  await file.close();
  const connection = connect(path);
  connection.query(sql);
  const milliseconds = performance.now() - started;
  connection.close();
  return milliseconds;
}

/** One row in a hundred is changed, all in one place, as an append or a correction is. */
async function measureRefresh(s3: S3Thread, file: string): Promise<void> {
  const databases = await start(s3);
  const [before] = publish(s3.objects, 1, { bench: file }).databases;
  const old = connect((await databases.open(before!)).url, databases);
  old.query(QUERIES["all rows"]);
  const database = new Database(file);
  database.exec("update data set part = part + 1 where id <= (select max(id) / 100 from data)");
  database.close();
  const [after] = publish(s3.objects, 2, { bench: file }).databases;
  await s3.traffic();
  const started = performance.now();
  const next = connect((await databases.open(after!)).url, databases);
  next.query(QUERIES["first page of the table"]);
  const swapped = performance.now() - started;
  next.query(QUERIES["all rows"]);
  const { keys, bytes } = await s3.traffic();
  console.log(
    `${"after a change of 1 %".padEnd(32)} first page ${swapped.toFixed(0)} ms, then all rows: ` +
      `${keys.length} requests ${(bytes / 1e6).toFixed(1)} MB`,
  );
  old.close();
  next.close();
  await databases.close();
}

/** Everything here: reading through the slots against an ordinary file, in turns. */
async function measureWarm(s3: S3Thread, file: string, database: ManifestDatabase) {
  const databases = await start(s3);
  const paged = connect((await databases.open(database)).url, databases);
  const plain = connect(file);
  const times = { paged: Number.POSITIVE_INFINITY, plain: Number.POSITIVE_INFINITY };
  for (let round = 0; round < ROUNDS + 1; round++) {
    for (const [name, connection] of [
      ["paged", paged],
      ["plain", plain],
    ] as const) {
      const started = performance.now();
      connection.query(QUERIES["all rows"]);
      for (let id = 1; id <= 2_000; id++) {
        connection.value("select text from data where id = :id", { id: (id * 7919) % 9_973 });
      }
      if (round > 0) times[name] = Math.min(times[name], performance.now() - started);
    }
  }
  const ratio = (times.paged / times.plain).toFixed(3);
  const memory = Math.round(process.memoryUsage().rss / 1e6);
  console.log(`${"warm, against the plain file".padEnd(32)} ${ratio} times; process ${memory} MB`);
  paged.close();
  plain.close();
  await databases.close();
}
