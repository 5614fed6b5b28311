/** A temporary disk that is full before the cache is: the fetcher runs here, so that its writes can fail. */
import { open } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import Database from "better-sqlite3";
import { expect, onTestFinished, test, vi } from "vitest";
import { PagedFiles, pagedUrl, readRequests } from "../../../../runtime/core/sqlite/paged-files.ts";
import { Bucket } from "../../../../runtime/core/store/s3.ts";
import { Fetcher } from "../../../../runtime/site/sources/fetcher.ts";
import { guardFile } from "../../../../src/paths.ts";
import { temporaryDirectory } from "../../../temporary-directory.ts";
import { BUCKET, environmentOf, startSmallS3 } from "../../core/store/small-s3.ts";
import { makeShop, SMALL_BLOCKS } from "./paged.ts";
import { publishDatabase } from "./published.ts";

const SLOT_BYTES = 4096;

/** Writing beyond so many bytes fails as it does on a full disk. */
async function fillDiskAt(directory: string, bytes: number): Promise<{ refused: number }> {
  const file = await open(join(directory, "probe"), "w");
  const prototype = Object.getPrototypeOf(file) as typeof file;
  await file.close();
  const disk = { refused: 0 };
  const write = prototype.write as (...values: unknown[]) => Promise<unknown>;
  const refusing = async function (this: unknown, ...values: unknown[]) {
    if (Number(values[3]) + Number(values[2]) <= bytes) return write.apply(this, values);
    disk.refused++;
    throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  };
  const spy = vi.spyOn(prototype as { write: typeof refusing }, "write");
  spy.mockImplementation(refusing);
  onTestFinished(() => spy.mockRestore());
  return disk;
}

const READER = `
  const { parentPort, workerData } = require("node:worker_threads");
  const db = new (require("better-sqlite3"))(workerData.url, { readonly: true });
  parentPort.postMessage(workerData.queries.map((sql) => JSON.stringify(db.prepare(sql).raw().all())));
`;

test("a full disk makes the cache as small as it is, and the answers stay right", async () => {
  const directory = temporaryDirectory();
  const path = join(directory, "shop.db");
  makeShop(path, 1_000);
  const s3 = await startSmallS3();
  const database = publishDatabase(s3.objects, "shop", path, SMALL_BLOCKS);
  const disk = await fillDiskAt(directory, 20 * SLOT_BYTES);
  const files = new PagedFiles(guardFile());
  const options = { slotBytes: SLOT_BYTES, slots: 500, patienceMs: 20_000, budget: 0, fills: true };
  const fetcher = await Fetcher.start(new Bucket(BUCKET, environmentOf(s3)), files, {
    ...options,
    path: join(directory, "cache"),
    fetched: new Int32Array(1),
  });
  const socket = new Socket({ fd: files.socketOf(fetcher.cache), readable: true });
  socket.on("data", (bytes: Buffer) => {
    for (const request of readRequests(bytes)) fetcher.answer(request);
  });
  const url = pagedUrl("shop", await fetcher.open(database, true));
  const queries = [
    "select count(*), sum(length(text)) from data",
    "select * from data order by text",
  ];
  const reader = new Worker(READER, { eval: true, workerData: { url, queries } });
  const answers = await new Promise((resolve, reject) =>
    reader.once("message", resolve).once("error", reject),
  );
  const plain = new Database(path, { readonly: true });
  expect(answers).toEqual(queries.map((sql) => JSON.stringify(plain.prepare(sql).raw().all())));
  expect(disk.refused).toBeGreaterThan(0);
  plain.close();
  await reader.terminate();
  await fetcher.close();
  socket.destroy();
  await s3.close();
});
