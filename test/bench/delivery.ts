/**
 * How fast a database comes from the bucket to a local file, and how fast a small change follows,
 * against plain `fetch` of the same objects into memory in the same run. `npm run bench:delivery`.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blockKey, type ManifestDatabase } from "../../runtime/core/format/manifest.ts";
import { MAX_CONNECTIONS } from "../../runtime/core/store/http-exchange.ts";
import { Bucket } from "../../runtime/core/store/s3.ts";
import { fetchDatabase } from "../../runtime/site/sources/fetch-database.ts";
import { BUCKET, environmentOf, type SmallS3 } from "../runtime/core/store/small-s3.ts";

const ROUNDS = 5;

interface Published {
  url: string;
  first: ManifestDatabase;
  second: ManifestDatabase;
}

const directory = mkdtempSync(join(tmpdir(), "dsl-bench-"));
const child = fork(new URL("delivery-bucket.ts", import.meta.url), [join(directory, "bench.db")]);
try {
  await run(await published(child));
} finally {
  child.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
}

async function run({ url, first, second }: Published): Promise<void> {
  const bucket = new Bucket(BUCKET, environmentOf({ url } as SmallS3));
  const times = { fetch: Infinity, refresh: Infinity, plain: Infinity };
  let report = "";
  for (let round = 0; round < ROUNDS; round++) {
    const target = join(directory, String(round));
    const whole = await fetchDatabase(bucket, first, target, null);
    const changed = await fetchDatabase(bucket, second, target, whole.copy);
    times.fetch = Math.min(times.fetch, whole.report.milliseconds);
    times.refresh = Math.min(times.refresh, changed.report.milliseconds);
    times.plain = Math.min(times.plain, await plainFetch(url, whole.copy.index.blocks));
    report =
      `${whole.report.fetchedBlocks} blocks, ${megabytes(whole.report.fetchedBytes)} MB compressed; ` +
      `refresh: ${changed.report.fetchedBlocks} blocks fetched, ${changed.report.copiedBlocks} copied`;
    rmSync(target, { recursive: true });
  }
  const rate = (milliseconds: number) => `${Math.round(first.size / 1000 / milliseconds)} MB/s`;
  console.log(`database of ${megabytes(first.size)} MB, best of ${ROUNDS} rounds (${report})`);
  console.log(`fetched, verified, written   ${times.fetch} ms  ${rate(times.fetch)}`);
  console.log(`refreshed after a change     ${times.refresh} ms  ${rate(times.refresh)}`);
  console.log(`plain fetch into memory      ${Math.round(times.plain)} ms  ${rate(times.plain)}`);
}

/** Milliseconds to get the same objects with as many requests at a time, and do nothing with them. */
async function plainFetch(url: string, blocks: string[]): Promise<number> {
  const started = performance.now();
  const todo = blocks.values();
  const work = async () => {
    for (const sha256 of todo) {
      const response = await fetch(`${url}/${BUCKET}/${blockKey(sha256)}`);
      await response.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: MAX_CONNECTIONS }, work));
  return performance.now() - started;
}

async function published(bucketProcess: ChildProcess): Promise<Published> {
  const [message] = await once(bucketProcess, "message");
  return message as Published;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
