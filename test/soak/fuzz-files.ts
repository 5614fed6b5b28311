/**
 * `npm run fuzz:files [-- COUNT [SEED]]`: mutated database files are served; none may kill the process
 * (10,000 without a number). Prints the seed of each that does, to be looked at alone.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("fuzz-files-child.ts", import.meta.url));
/** A file that takes longer hangs. */
const HANG_MS = 60_000;
/** Of a request, with TIME_LIMIT = 1000 for each of its statements: twice that. */
const CPU_LIMIT_MS = 2000;

const count = Number(process.argv[2] ?? 10_000);
const first = Number(process.argv[3] ?? 1);
const deaths: string[] = [];
const slow: string[] = [];
const statuses: Record<string, number> = {};
let opened = 0;
let requests = 0;
let worst = 0;
const started = performance.now();

for (let next = first; next < first + count; ) {
  const child = spawn(process.execPath, [CHILD, String(next), String(first + count - next)], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  next = await watch(child, next);
}
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(
  `${count} files (seeds from ${first}) in ${seconds} s: ${opened} could be opened, ${requests} requests, statuses ${JSON.stringify(statuses)}`,
);
console.log(`the most expensive request took ${worst.toFixed(0)} ms of CPU`);
for (const line of [...deaths, ...slow]) console.log(line);
console.log(
  `${deaths.length} killed the process, ${slow.length} requests took more than ${CPU_LIMIT_MS} ms`,
);
process.exitCode = deaths.length + slow.length > 0 ? 1 : 0;

/** Until the child ends; the seed to go on with. */
async function watch(child: ChildProcess, from: number): Promise<number> {
  let at = from;
  let timer = setTimeout(() => child.kill("SIGKILL"), HANG_MS);
  const closed = once(child, "close");
  for await (const line of createInterface({ input: child.stdout! })) {
    clearTimeout(timer);
    timer = setTimeout(() => child.kill("SIGKILL"), HANG_MS);
    const told = JSON.parse(line) as { seed: number } & Record<string, never>;
    at = told.seed;
    if (!("requests" in told)) continue;
    add(told as never);
    at = told.seed + 1;
    if (at % 1000 === 0) console.log(`${at - first} files, ${deaths.length} deaths`);
  }
  clearTimeout(timer);
  const [code, signal] = await closed;
  if (code === 0) return at;
  deaths.push(`seed ${at}: the process ended with ${signal ?? code}`);
  console.log(deaths.at(-1));
  return at + 1;
}

function add(outcome: {
  seed: number;
  opened: boolean;
  requests: number;
  statuses: Record<string, number>;
  worst: number;
  worstPath: string;
}): void {
  if (outcome.opened) opened += 1;
  requests += outcome.requests;
  for (const [status, times] of Object.entries(outcome.statuses)) {
    statuses[status] = (statuses[status] ?? 0) + times;
  }
  worst = Math.max(worst, outcome.worst);
  if (outcome.worst > CPU_LIMIT_MS) {
    slow.push(`seed ${outcome.seed}: ${outcome.worstPath} took ${outcome.worst.toFixed(0)} ms`);
  }
}
