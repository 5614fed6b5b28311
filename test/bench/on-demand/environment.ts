/**
 * An environment of the function: a process that answers requests, told over IPC, from the bucket.
 * `argv[2]`: read on demand, or the whole file fetched before the first answer, as it once was.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { eachConcurrently } from "../../../runtime/core/concurrency.ts";
import { fetchBlock, fetchIndex } from "../../../runtime/core/format/blocks.ts";
import { MANIFEST_KEY, parseManifest } from "../../../runtime/core/format/manifest.ts";
import { MAX_CONNECTIONS } from "../../../runtime/core/store/http-exchange.ts";
import { Bucket } from "../../../runtime/core/store/s3.ts";
import { InFlight } from "../../../runtime/site/in-flight.ts";
import { createApp } from "../../../runtime/site/pipeline/app.ts";
import type { SiteSource } from "../../../runtime/site/site.ts";
import { BucketSource } from "../../../runtime/site/sources/bucket.ts";
import { PagedDatabases } from "../../../runtime/site/sources/paged-databases.ts";
import { type Located, publishedSite } from "../../../runtime/site/sources/published-site.ts";
import { guardFile } from "../../../src/paths.ts";
import { fetchPath } from "../../runtime/site/fetch-app.ts";

export type Mode = "on demand" | "whole";

export interface Asked {
  path: string;
  /** How often, one after the other. */
  times: number;
}

export interface Answered {
  /** Median of one answer. */
  milliseconds: number;
  /** Of the process, in bytes. */
  memory: number;
  /** What it was refused with. */
  error: string | null;
}

const BUCKET = "bench";
/** What the default /tmp of 512 MB leaves. */
const CACHE_BYTES = 384 * 1024 * 1024;
/** The thread starts while Lambda initialises the environment, before there is a request. */
const THREAD_START_MS = 600;

const mode = process.argv[2] as Mode;
const refreshMs = Number(process.argv[3]);
process.env.DSL_GUARD = guardFile();

function onDemand(): SiteSource {
  const extensionFile = guardFile();
  const options = { extensionFile, bucket: BUCKET, environment: process.env };
  const start = () => PagedDatabases.start({ ...options, cacheBytes: CACHE_BYTES });
  return new BucketSource(new Bucket(BUCKET, process.env), start, new InFlight(), refreshMs);
}

function whole(): SiteSource {
  const bucket = new Bucket(BUCKET, process.env);
  const load = async () => {
    const { body } = await bucket.get(MANIFEST_KEY);
    const manifest = parseManifest(body.toString());
    const folder = mkdtempSync(join(tmpdir(), "dsl-whole-"));
    process.on("exit", () => rmSync(folder, { recursive: true }));
    const locate = async (): Promise<Located> => {
      const url = join(folder, "whole.db");
      const { blocks, blockSize, size } = await fetchIndex(bucket, manifest.databases[0]!);
      const file = await open(url, "w");
      await eachConcurrently(blocks.entries(), MAX_CONNECTIONS, async ([at, sha256]) => {
        const position = at * blockSize;
        const { block } = await fetchBlock(bucket, sha256, Math.min(blockSize, size - position));
        await file.write(block, 0, block.length, position);
      });
      await file.close();
      return { url, bytes: () => file.createReadStream() };
    };
    return publishedSite(null, manifest, "s3", { locate, read: async () => null }).site;
  };
  let site: ReturnType<typeof load> | null = null;
  return {
    current: () => {
      site ??= load();
      return site;
    },
  };
}

const app = createApp(mode === "whole" ? whole() : onDemand());

let error: string | null = null;

async function answer(path: string): Promise<number> {
  const started = performance.now();
  const response = await fetchPath(app, path, { headers: new Headers({ host: "localhost" }) });
  const body = await response.text();
  if (response.status !== 200) error = `${response.status} ${body.slice(0, 100)}`;
  return performance.now() - started;
}

// So that what is to be done on exit is done.
for (const end of ["disconnect", "SIGTERM"]) process.on(end, () => process.exit());
process.on("message", async ({ path, times }: Asked) => {
  const all: number[] = [];
  for (let i = 0; i < times; i++) all.push(await answer(path));
  all.sort((a, b) => a - b);
  const answered: Answered = {
    milliseconds: all[Math.floor(times / 2)]!,
    memory: process.memoryUsage().rss,
    error,
  };
  process.send!(answered);
});

await sleep(THREAD_START_MS);
process.send!("ready");
