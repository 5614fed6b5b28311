/**
 * `npm run bench:serve`: what the processes of `dsl serve` cost small answers, against one process that
 * does it all (`--workers 1`), asked in turns over one connection; and how long pages with rows take over
 * four connections while a query runs for a second, again and again. Ends with 1 when a promise is not kept.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { Agent, get } from "node:http";
import { join } from "node:path";
import { packageRoot } from "../../src/paths.ts";
import { countAnswers } from "./throughput/client.ts";

const DATABASE = join(packageRoot, "examples/northwind.db");
const SMALL = "/northwind/products/1.json";
const PAGE = "/northwind/products?_size=20";
/** Runs until it is stopped. */
const SLOW = "with recursive n(x) as (select 1 union all select x + 1 from n) select max(x) from n";
const ROUNDS = 20;
const ROUND_MS = 250;
const PAGES_MS = 10_000;
const CONNECTIONS = 4;
/** Of the speed of one process. */
const PROMISED_SHARE = 0.8;
const PROMISED_P99_MS = 50;

interface Served {
  child: ChildProcess;
  port: number;
}

async function serve(...flags: string[]): Promise<Served> {
  const cli = join(packageRoot, "dist/cli.js");
  const args = [cli, "serve", DATABASE, "--port", "0", ...flags];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  for await (const text of child.stdout.setEncoding("utf8")) {
    const port = /:(\d+)\//.exec(String(text))?.[1];
    if (port !== undefined) return { child, port: Number(port) };
  }
  throw new Error("dsl serve did not start");
}

/** Answers a second of each, in turns: the best round counts. */
async function speeds(servers: readonly Served[]): Promise<number[]> {
  const best = servers.map(() => 0);
  for (const { port } of servers) await countAnswers(port, SMALL, 1, 1500);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, { port }] of servers.entries()) {
      const answers = await countAnswers(port, SMALL, 1, ROUND_MS);
      best[at] = Math.max(best[at]!, (answers * 1000) / ROUND_MS);
    }
  }
  return best;
}

const fetched = (port: number, path: string, agent: Agent): Promise<number> =>
  new Promise((resolve, reject) => {
    get({ port, path, agent, host: "127.0.0.1" }, (response) => {
      response.resume().once("end", () => resolve(response.statusCode ?? 0));
    }).once("error", reject);
  });

/** Milliseconds that pages took, in order, while the slow query runs. */
async function pagesBesideSlowQuery(port: number): Promise<number[]> {
  const end = performance.now() + PAGES_MS;
  const slow = (async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const path = `/northwind/-/query.json?sql=${encodeURIComponent(SLOW)}`;
    while (performance.now() < end) await fetched(port, path, agent);
  })();
  const times: number[] = [];
  const readers = Array.from({ length: CONNECTIONS }, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (performance.now() < end) {
      const started = performance.now();
      const status = await fetched(port, PAGE, agent);
      if (status !== 200) throw new Error(`${PAGE} was answered with ${status}`);
      times.push(performance.now() - started);
    }
  });
  await Promise.all([slow, ...readers]);
  return times.sort((a, b) => a - b);
}

if (!existsSync(DATABASE)) throw new Error(`${DATABASE} is missing: run npm run build first`);
const one = await serve("--workers", "1");
const many = await serve();
try {
  const [alone = 0, pooled = 0] = await speeds([one, many]);
  const share = pooled / alone;
  console.log(
    `small answers, one connection: ${pooled.toFixed(0)} a second, ${alone.toFixed(0)} from one process: ${(share * 100).toFixed(0)} % (promised: ${PROMISED_SHARE * 100} %)`,
  );
  const times = await pagesBesideSlowQuery(many.port);
  const at = (part: number) => times[Math.floor(times.length * part)]!;
  console.log(
    `pages with rows, ${CONNECTIONS} connections, beside a query of a second: ${times.length} pages, median ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms (promised: ${PROMISED_P99_MS} ms), worst ${times.at(-1)!.toFixed(1)} ms`,
  );
  process.exitCode = share < PROMISED_SHARE || at(0.99) > PROMISED_P99_MS ? 1 : 0;
} finally {
  one.child.kill();
  many.child.kill();
}
