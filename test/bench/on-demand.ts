/**
 * What a new environment costs its first visitor when databases are read on demand, against fetching
 * the whole file first, with a network like Lambda's (30 ms, 78 MB/s). Medians. Megabytes of the
 * databases are the arguments, or files that were made so before: `npm run bench:on-demand -- 10 100
 * 1000 ten-gigabytes.db`. Takes some three times the largest on disk.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FolderStore } from "../../runtime/core/store/folder-store.ts";
import { prepareDatabases } from "../../runtime/publisher/database/prepare.ts";
import { planPublish } from "../../runtime/publisher/publish/plan-publish.ts";
import { publish } from "../../runtime/publisher/publish/publish.ts";
import { readPublished } from "../../runtime/publisher/publish/published.ts";
import { LAMBDA_NETWORK } from "../../src/local-aws/network.ts";
import { environmentOf } from "../runtime/core/store/small-s3.ts";
import {
  ALL_ROWS,
  addresses,
  changeBenchDatabase,
  countRows,
  fillBenchDatabase,
} from "./on-demand/database.ts";
import type { Answered, Asked, Mode } from "./on-demand/environment.ts";
import type { Sent } from "./on-demand/s3-process.ts";

/** Beyond this, in MB, whole files are fetched once and for one question only: it takes minutes. */
const LARGE = 2_000;
const NEVER = 3_600_000;
/** What the default /tmp of 512 MB leaves for the cache. */
const CACHE_MEGABYTES = 384;
const MEGABYTES_OF_SPARE = 64;
const MODES: readonly Mode[] = ["on demand", "whole"];

interface EnvironmentSettings {
  /** How old the manifest may be. */
  refreshMs?: number;
  cacheMegabytes?: number;
}

interface Measured extends Answered, Sent {}

const directory = mkdtempSync(join(tmpdir(), "dsl-bench-"));
const firstPages: number[] = [];

async function measureSize(megabytes: number): Promise<void> {
  const file = join(directory, "bench.db");
  fillBenchDatabase(file, megabytes);
  await measureFile(file);
  rmSync(file);
}

async function measureFile(file: string): Promise<void> {
  const megabytes = Math.round(statSync(file).size / 1e6);
  const isLarge = megabytes > LARGE;
  const bucket = join(directory, "bucket");
  const published = performance.now();
  await publishInto(bucket, file);
  const seconds = Math.round((performance.now() - published) / 1000);
  const s3 = fork(new URL("./on-demand/s3-process.ts", import.meta.url), [bucket]);
  const [url] = (await once(s3, "message")) as [string];
  s3.send(LAMBDA_NETWORK);
  console.log(`\n${megabytes} MB, published in ${seconds} s`);
  const rows = countRows(file);
  for (const [title, path] of Object.entries(addresses(rows))) {
    const paged = await median(isLarge ? 3 : 5, () => cold(s3, url, "on demand", path));
    const isAsked = !isLarge || title.endsWith("JSON");
    const rounds = megabytes > 500 ? 1 : 3;
    const whole = isAsked ? await median(rounds, () => cold(s3, url, "whole", path)) : null;
    if (title.endsWith("JSON")) firstPages.push(paged.milliseconds);
    printBeside(title, paged, whole);
  }
  await measureRefreshCost(s3, url);
  if (!isLarge) {
    // Room for two versions, so that what is measured is not the cache's size.
    const cacheMegabytes = 2 * megabytes + MEGABYTES_OF_SPARE;
    await measureChange(s3, url, file, bucket, cacheMegabytes);
    await measureWarm(s3, url, rows, cacheMegabytes);
  }
  s3.kill();
  await once(s3, "exit");
  rmSync(bucket, { recursive: true });
}

function numbers({ milliseconds, requests, bytes, memory, error }: Measured): string {
  if (error !== null) return `refused: ${error}`;
  const [ms, mb] = [milliseconds.toFixed(0).padStart(6), (bytes / 1e6).toFixed(1).padStart(6)];
  return `${ms} ms ${String(requests).padStart(5)} GET ${mb} MB, memory ${Math.round(memory / 1e6)} MB`;
}

/** As `update-stack` would. */
async function publishInto(folder: string, file: string): Promise<void> {
  const store = new FolderStore(folder);
  const published = await readPublished(store);
  const work = mkdtempSync(join(directory, "work-"));
  const preparation = {
    directory: work,
    software: "0.0.0",
    published: null,
    keepFreeSpace: true,
    indexes: null,
  };
  const { databases } = await prepareDatabases([{ name: "bench", path: file }], preparation);
  const flags = { cors: false, crossdb: false, defaultDeny: false };
  const settings = { sql_time_limit_ms: "60000", facet_time_limit_ms: "200" };
  const site = { config: {}, metadata: {}, settings, flags };
  const action = planPublish(site, databases, "0.0.0", published, new Date());
  await publish(store, action, databases, published);
  rmSync(work, { recursive: true });
}

async function median(rounds: number, run: () => Promise<Measured>): Promise<Measured> {
  const all: Measured[] = [];
  for (let round = 0; round < rounds; round++) all.push(await run());
  return middle(all);
}

function middle(all: readonly Measured[]): Measured {
  const sorted = all.toSorted((a, b) => a.milliseconds - b.milliseconds);
  return sorted[Math.floor(all.length / 2)]!;
}

function printBeside(title: string, paged: Measured, whole: Measured | null): void {
  const other = whole === null ? "not asked" : numbers(whole);
  console.log(`${title.padEnd(31)} on demand ${numbers(paged)}   whole ${other}`);
}

class Environment {
  readonly #child: ChildProcess;
  /** Rejects when the process ends. */
  readonly #failed: Promise<never>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#failed = once(child, "exit").then(() => {
      throw new Error("The environment has ended");
    });
    this.#failed.catch(() => {});
  }

  static async start(
    url: string,
    mode: Mode,
    { refreshMs = NEVER, cacheMegabytes = CACHE_MEGABYTES }: EnvironmentSettings = {},
  ): Promise<Environment> {
    const child = fork(
      new URL("./on-demand/environment.ts", import.meta.url),
      [mode, String(refreshMs), String(cacheMegabytes * 1024 * 1024)],
      { env: { ...process.env, ...environmentOf({ url }), SQLITE_USE_URI: "1" } },
    );
    await once(child, "message");
    return new Environment(child);
  }

  async ask(path: string, times = 1): Promise<Answered> {
    this.#child.send({ path, times } satisfies Asked);
    const answered = await Promise.race([once(this.#child, "message"), this.#failed]);
    return answered[0] as Answered;
  }

  async end(): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#failed.catch(() => {});
  }
}

async function traffic(s3: ChildProcess): Promise<Sent> {
  s3.send(null as never);
  const [sent] = (await once(s3, "message")) as [Sent];
  return sent;
}

async function cold(s3: ChildProcess, url: string, mode: Mode, path: string): Promise<Measured> {
  const environment = await Environment.start(url, mode);
  await traffic(s3);
  const answered = await environment.ask(path);
  const sent = await traffic(s3);
  await environment.end();
  return { ...answered, ...sent };
}

/** A request that finds the manifest due, against one that does not. */
async function measureRefreshCost(s3: ChildProcess, url: string): Promise<void> {
  const [always, never] = await Promise.all([
    Environment.start(url, "on demand", { refreshMs: 0 }),
    Environment.start(url, "on demand"),
  ]);
  const path = "/bench/data.json?_size=10";
  for (const each of [always, never]) await each.ask(path, 20);
  await traffic(s3);
  const [due, free] = [await always.ask(path, 50), await never.ask(path, 50)];
  const cost = (due.milliseconds - free.milliseconds).toFixed(1);
  console.log(`a look for a new version costs the request that makes it ${cost} ms, one GET`);
  await Promise.all([always.end(), never.end()]);
}

/** Everything was here; then a hundredth changes. */
async function measureChange(
  s3: ChildProcess,
  url: string,
  file: string,
  bucket: string,
  cacheMegabytes: number,
): Promise<void> {
  const environments = await Promise.all(
    MODES.map((mode) => Environment.start(url, mode, { refreshMs: 0, cacheMegabytes })),
  );
  const measured = MODES.map(() => ({ first: [] as Measured[], all: [] as Measured[] }));
  for (const environment of environments) await environment.ask(ALL_ROWS);
  for (let nth = 0; nth < 3; nth++) {
    changeBenchDatabase(file, nth);
    await publishInto(bucket, file);
    for (const [i, environment] of environments.entries()) {
      await traffic(s3);
      const first = await environment.ask("/bench/data.json");
      measured[i]!.first.push({ ...first, ...(await traffic(s3)) });
      const all = await environment.ask(ALL_ROWS);
      measured[i]!.all.push({ ...all, ...(await traffic(s3)) });
    }
  }
  const [paged, whole] = measured as [(typeof measured)[0], (typeof measured)[0]];
  printBeside("1 % changed: first page (JSON)", middle(paged.first), middle(whole.first));
  printBeside("1 % changed: then all rows", middle(paged.all), middle(whole.all));
  await Promise.all(environments.map((environment) => environment.end()));
}

/** Everything is here: read through the slots, against an ordinary file, in turns. */
async function measureWarm(
  s3: ChildProcess,
  url: string,
  rows: number,
  cacheMegabytes: number,
): Promise<void> {
  s3.send({});
  // Processes differ by more than what is measured: several of each.
  const modes = [...MODES, ...MODES, ...MODES];
  const environments = await Promise.all(
    modes.map((mode) => Environment.start(url, mode, { cacheMegabytes })),
  );
  const questions = {
    "all rows": { path: ALL_ROWS, times: 3 },
    "a row": { path: `/bench/data/${Math.floor(rows / 2)}.json`, times: 300 },
    "100 scattered rows": { path: "/bench/data.json?part=17", times: 100 },
  };
  for (const [title, { path, times }] of Object.entries(questions)) {
    const all: [number[], number[]] = [[], []];
    for (const environment of environments) await environment.ask(path, times);
    for (let round = 0; round < 5; round++) {
      for (const [i, environment] of environments.entries()) {
        all[i % MODES.length]!.push((await environment.ask(path, times)).milliseconds);
      }
    }
    const [paged, ordinary] = all.map((each) => each.sort((a, b) => a - b)[7]!) as [number, number];
    const ratio = (paged / ordinary).toFixed(3);
    console.log(`warm, ${title}: ${paged.toFixed(2)} ms, ${ratio} times an ordinary file`);
  }
  await Promise.all(environments.map((environment) => environment.end()));
  s3.send(LAMBDA_NETWORK);
}

try {
  const wanted = process.argv.slice(2);
  for (const each of wanted.length > 0 ? wanted : ["10", "100"]) {
    await (/^\d+$/.test(each) ? measureSize(Number(each)) : measureFile(each));
  }
  const ratio = (firstPages.at(-1)! / firstPages[0]!).toFixed(2);
  console.log(`\nfirst page (JSON), the last size against the first: ${ratio} times; target 1.2`);
} finally {
  rmSync(directory, { recursive: true });
}
