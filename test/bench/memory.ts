/**
 * `npm run bench:memory`: what memory the built function takes at most, for its largest answers, for
 * reading 100 MB on demand and for hostile SQL, with 128, 512 and 1,024 MB. Ends with 1 when it is more than
 * is promised. `--all` prints every path, `--only=TEXT` asks those with the text alone, a number chooses one
 * size. `--large-cells` asks for files of rows with cells of 3 MB, too, which take more than is promised (docs/reliability.md).
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { heapFlags } from "../../src/local-aws/lambda/limits.ts";
import { guardFile, packageRoot } from "../../src/paths.ts";
import { type S3Thread, startS3Thread } from "../runtime/core/store/s3-thread.ts";
import { BUCKET, environmentOf } from "../runtime/core/store/small-s3.ts";
import { makeDatabase, publish } from "../runtime/site/sources/published.ts";
import { HOSTILE_SQL, numbers } from "./hostile-sql.ts";

/**
 * Memory of the function → the peak of what its process keeps that is not pages of files (Node itself has 55
 * of these, which the system takes back when it needs them), in MB. docs/reliability.md names them.
 */
const PROMISED = { 128: 126, 512: 280, 1024: 500 };
const DATABASE_MB = 100;

interface Answered {
  status: number;
  body: string;
}

const text = (bytes: number, of: string) => `replace(hex(zeroblob(${bytes / 2})), '0', ${of})`;
const M = 1024 * 1024;
const LARGEST = [
  `${numbers(14)} select ${text(16 * M - 100, `'"'`)} as quotes from n`,
  `${numbers(100)} select ${text(M, `'"'`)} as quotes, i from n`,
  `${numbers(1000)} select ${text(M / 4, "char(1)")} as escapes, i from n`,
  `${numbers(1000)} select zeroblob(1000000) as bytes from n`,
  `${numbers(1000)} select ${text(100_000, "'語'")} as wide, i from n`,
];
const query = (format: string, sql: string) =>
  `/data/-/query${format}?sql=${encodeURIComponent(sql)}`;
const ONLY = process.argv.find((word) => word.startsWith("--only="))?.slice("--only=".length) ?? "";
const PATHS = [
  ...LARGEST.flatMap((sql) => [".csv", ".json", ""].map((format) => query(format, sql))),
  "/data/data.csv?_stream=on",
  // The most that `max_csv_mb` lets through.
  "/data/data.xlsx?id__lte=95000",
  "/data/data.parquet?id__lte=95000",
  ...(process.argv.includes("--large-cells") ? ["/data/large.xlsx", "/data/large.parquet"] : []),
  query(".xlsx", "select id, text from data where id <= 20000"),
  query(".parquet", `${numbers(200_000)} select i, i * 0.5 as half, 'row ' || i as text from n`),
  query(".json", "select count(text || id), max(text) from data"),
  query(".json", "select id from data order by text limit 10"),
  ...HOSTILE_SQL.flatMap((sql) => [".json", ""].map((format) => query(format, sql))),
].filter((path) => path.includes(ONLY));

/** Rows whose one cell is larger than what an answer of a function of 128 MB may have in all. */
function addLargeCells(path: string): void {
  const database = new Database(path);
  database.exec(
    `create table large as ${numbers(30)} select i, hex(randomblob(1500000)) as text from n`,
  );
  database.close();
}

function privateMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/RssAnon:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

async function measure(s3: S3Thread, megabytes: number): Promise<{ peak: number; of: string }> {
  const environment = {
    ...environmentOf(s3),
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(megabytes),
    BUNDLE: join(packageRoot, "dist/lambda/index.cjs"),
    DSL_STORAGE: "s3",
    DSL_BUCKET: BUCKET,
    DSL_GUARD: guardFile(),
    NODE_PATH: dirname(
      dirname(createRequire(import.meta.url).resolve("better-sqlite3/package.json")),
    ),
    LAMBDA_TASK_ROOT: join(packageRoot, "dist/lambda"),
  };
  const child = fork(new URL("memory-function.mjs", import.meta.url), {
    env: { ...process.env, ...environment },
    execArgv: heapFlags(megabytes),
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const ended = once(child, "exit").then(() => [null]);
  let worst = { peak: 0, of: "" };
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, privateMegabytes(child.pid!));
  }, 3);
  try {
    await once(child, "message");
    for (const path of PATHS) {
      child.send(path);
      peak = 0;
      const [answer] = (await Promise.race([once(child, "message"), ended])) as [Answered | null];
      if (answer === null) throw new Error(`${megabytes} MB: the process died of ${path}`);
      const title = decodeURIComponent(path).slice(0, 130);
      if (process.argv.includes("--all")) {
        console.log(`${peak.toFixed(0).padStart(6)} MB ${answer.status} ${title}`);
        if (answer.status >= 400) console.log(`          ${answer.body.slice(0, 160)}`);
      }
      if (answer.status === 500) throw new Error(`${title}: ${answer.body}`);
      if (peak > worst.peak) worst = { peak, of: title };
    }
  } finally {
    clearInterval(watch);
    child.kill();
  }
  return worst;
}

const folder = mkdtempSync(join(tmpdir(), "dsl-bench-"));
const s3 = await startS3Thread();
try {
  const file = join(folder, "data.db");
  makeDatabase(file, DATABASE_MB);
  addLargeCells(file);
  publish(s3.objects, 1, { data: file });
  const wanted = process.argv.find((argument) => argument in PROMISED);
  for (const [megabytes, promised] of Object.entries(PROMISED)) {
    if (wanted !== undefined && megabytes !== wanted) continue;
    const { peak, of } = await measure(s3, Number(megabytes));
    console.log(
      `${megabytes.padStart(5)} MB: the process took ${peak.toFixed(0)} MB at most (promised: ${promised}), for ${of}`,
    );
    if (peak > promised) process.exitCode = 1;
  }
} finally {
  await s3.close();
  rmSync(folder, { recursive: true, force: true });
}
