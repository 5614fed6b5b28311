/**
 * `npm run bench:watch [MEGABYTES]`: what following a database costs, on the local AWS. In one run: CPU while nothing
 * is written, time from a commit to the site and bytes sent for it, and a writer's rate while it is followed beside
 * its rate while the follower is stopped.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { execa } from "execa";
import { formatBytes } from "../../runtime/core/quantities.ts";
import { openLive } from "../e2e/live-writer.ts";
import { getJson, startRehearsal } from "../e2e/rehearsal.ts";
import { startCli } from "../src/cli/run-cli.ts";

const MEGABYTES = Number(process.argv[2] ?? 1000);
const IDLE_MS = 20_000;
const COMMITS = 10;
const ROUNDS = 4;
const ROUND_MS = 4_000;
/** Of the kernel's clock ticks, as /proc counts them: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const TICKS_A_SECOND = 100;
const WRITER = join(import.meta.dirname, "../e2e/live-writer.ts");

function fill(path: string): void {
  const database = openLive(path);
  database.exec("create table orders (id integer primary key, day text, note text)");
  const insert = database.prepare("insert into orders values (?, ?, ?)");
  database.transaction(() => {
    for (let id = 1; id <= MEGABYTES * 1_000; id++) {
      insert.run(
        id,
        `2026-${id % 12}-${id % 28}`,
        `order ${(id * 2_654_435_761) % 4_294_967_296} `.repeat(45),
      );
    }
  })();
  database.close();
}

/** Seconds of CPU that the process has taken so far. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

async function writeFor(path: string, milliseconds: number): Promise<number> {
  const writer = execa(process.execPath, [WRITER, path, "1000000000"]);
  await sleep(milliseconds);
  writer.kill("SIGTERM");
  return JSON.parse((await writer).stdout).perSecond;
}

const rehearsal = await startRehearsal();
try {
  const live = join(rehearsal.folder, "live.db");
  fill(live);
  const { url } = await rehearsal.update("live", live, "--storage", "s3", "--refresh", "1");
  const follower = startCli(["watch", "live", "live.db", "--local", "--metrics", "127.0.0.1:0"], {
    env: {
      DSL_LOCAL_HOME: join(rehearsal.folder, "local-aws"),
      DSL_CACHE: join(rehearsal.folder, "cache"),
    },
    cwd: rehearsal.folder,
  });
  let said = "";
  for (const stream of [follower.stdout, follower.stderr])
    stream?.on("data", (chunk) => (said += chunk));
  while (!/Version \d/.test(said)) await sleep(100);
  const pid = follower.pid!;
  const metrics = /http\S+\/metrics/.exec(said)![0];
  const status = async () => (await fetch(metrics.replace("metrics", "status"))).json();
  console.log(
    `${formatBytes(MEGABYTES * 1e6)} followed; read once in ${cpuOf(pid).toFixed(1)} s of CPU`,
  );

  await sleep(5_000);
  const before = cpuOf(pid);
  await sleep(IDLE_MS);
  const idle = (cpuOf(pid) - before) / (IDLE_MS / 1000);
  console.log(`idle: ${(idle * 100).toFixed(2)} % of a core (goal: under 1 %)`);

  const database = new Database(live);
  const sentBefore = await status();
  const lags: number[] = [];
  for (let i = 1; i <= COMMITS; i++) {
    await sleep(1_500 + Math.random() * 500);
    database.prepare("update counter set n = ?").run(-i);
    const committed = performance.now();
    for (;;) {
      const rows = await getJson(String(url), "/live/counter.json?_shape=array");
      if ((rows as unknown as { n: number }[])[0]?.n === -i) break;
      await sleep(20);
    }
    lags.push((performance.now() - committed) / 1000);
  }
  const sentAfter = await status();
  database.exec(
    "update counter set n = 0; delete from entries; update checksum set sum = 0, rows = 0",
  );
  database.close();
  const bytes = (sentAfter.bytes - sentBefore.bytes) / (sentAfter.versions - sentBefore.versions);
  console.log(
    `commit to site: median ${median(lags).toFixed(2)} s, at most ${Math.max(...lags).toFixed(2)} s (goal: under 2 s)`,
  );
  console.log(`sent for a commit of one row: ${formatBytes(bytes)}`);

  const [alone, followed]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    process.kill(pid, "SIGSTOP");
    alone.push(await writeFor(live, ROUND_MS));
    process.kill(pid, "SIGCONT");
    await sleep(1_000);
    followed.push(await writeFor(live, ROUND_MS));
  }
  const slower = 1 - median(followed) / median(alone);
  console.log(
    `a writer in a loop: ${median(alone)} commits/s, ${median(followed)} while followed: ${(slower * 100).toFixed(1)} % fewer (goal: at most 5 %)`,
  );
  const { databases } = await status();
  console.log(
    `copies of the whole file: ${databases[0].copies}, blocks put right: ${databases[0].repairs}`,
  );
  follower.kill("SIGTERM");
  await follower;
} finally {
  await rehearsal.end();
}
