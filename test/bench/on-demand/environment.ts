/**
 * An environment of the function: a process that answers requests, told over IPC, from the bucket.
 * `argv[2]`: read on demand, or the whole file fetched before the first answer, as it once was; then
 * how often to look for a new version, and the bytes of the cache.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Bucket } from "../../../runtime/core/store/s3.ts";
import { InFlight } from "../../../runtime/site/in-flight.ts";
import { createApp } from "../../../runtime/site/pipeline/app.ts";
import type { SiteSource } from "../../../runtime/site/site.ts";
import { BucketSource } from "../../../runtime/site/sources/bucket.ts";
import { PagedDatabases } from "../../../runtime/site/sources/paged-databases.ts";
import { guardFile } from "../../../src/paths.ts";
import { fetchPath } from "../../runtime/site/fetch-app.ts";
import { WholeFiles } from "./whole-files.ts";

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
/** The thread starts while Lambda initialises the environment, before there is a request. */
const THREAD_START_MS = 600;

const mode = process.argv[2] as Mode;
const refreshMs = Number(process.argv[3]);
const cacheBytes = Number(process.argv[4]);
process.env.DSL_GUARD = guardFile();

function onDemand(): SiteSource {
  const extensionFile = guardFile();
  const options = { extensionFile, bucket: BUCKET, environment: process.env };
  const start = () => PagedDatabases.start({ ...options, cacheBytes });
  return new BucketSource(new Bucket(BUCKET, process.env), start, new InFlight(), refreshMs);
}

const app = createApp(
  mode === "whole" ? new WholeFiles(new Bucket(BUCKET, process.env), refreshMs) : onDemand(),
);

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
