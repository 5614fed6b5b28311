/**
 * The cold start: from the start of a process with Lambda's environment variables to its first
 * response, against bare Node with better-sqlite3 that opens the same file and answers with the same
 * rows. Both take SQLite from the layer's zip; the function is the zip that is deployed. And the collector's
 * (`cold-collector.ts`).
 *
 *     npm run bench:cold [LAMBDA_FOLDER]
 *
 * With the folder of another build (its dist/lambda), that one's starts are in turns with these.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { MANIFEST_FORMAT, type Manifest } from "../../runtime/core/format/manifest.ts";
import { hashFile } from "../../runtime/publisher/database/hash-file.ts";
import { inspectSnapshot } from "../../runtime/publisher/database/inspect.ts";
import { functionPackage } from "../../src/package/function-zip.ts";
import { buildLayerZip } from "../../src/package/layer-zip.ts";
import { lambdaFolder, packageRoot } from "../../src/paths.ts";
import { benchCollector } from "./cold-collector.ts";

const ROUNDS = 25;
const TARGET = 2;
const DATABASE = join(packageRoot, "examples/northwind.db");

const BARE = `
  const Database = require("better-sqlite3");
  const db = new Database(${JSON.stringify(DATABASE)}, { readonly: true });
  const rows = db.prepare("select * from products limit 100").all();
  process.stdout.write(JSON.stringify({ ok: true, rows }).slice(0, 9) + "\\n");
`;

const FUNCTION = `
  const { handler } = require(process.env.LAMBDA_TASK_ROOT + "/index.cjs");
  handler(JSON.parse(process.argv[2])).then(({ statusCode, body }) => {
    if (statusCode !== 200) throw new Error(body);
    process.stdout.write(body.slice(0, 9) + "\\n");
  });
`;

const PATHS = { JSON: "/northwind/products.json", HTML: "/northwind/products" };

const folder = mkdtempSync(join(tmpdir(), "dsl-cold-"));
try {
  await bench();
  await benchCollector(folder, ROUNDS);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function bench(): Promise<void> {
  const opt = join(folder, "opt");
  const layer = await buildLayerZip(process.arch === "arm64" ? "arm64" : "x86_64");
  unpack(layer.path, opt);
  writeFileSync(join(folder, "bare.cjs"), BARE);
  writeFileSync(join(folder, "function.cjs"), FUNCTION);
  const starts: [name: string, args: string[], environment: Record<string, string>][] = [];
  const builds = [lambdaFolder, ...process.argv.slice(2, 3)];
  for (const [i, build] of builds.entries()) {
    const [zip, task] = [join(folder, `${i}.zip`), join(folder, `task-${i}`)];
    console.log(`function ${kilobytes(await buildFunction(zip, build))} zipped`);
    unpack(zip, task);
    const environment = lambdaEnvironment(opt, task);
    const which = i === 0 ? "" : ", other build";
    if (i === 0) starts.push(["bare Node + better-sqlite3", ["bare.cjs"], environment]);
    for (const [form, path] of Object.entries(PATHS)) {
      starts.push([`first ${form}${which}`, ["function.cjs", event(path)], environment]);
    }
  }
  const times = new Map<string, number[]>(starts.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, args, env] of starts) times.get(name)!.push(await start(args, env));
  }
  console.log(`layer ${kilobytes(layer.size)} zipped; median of ${ROUNDS} starts in turns:`);
  const bare = median(times.get(starts[0]![0])!);
  for (const [name, found] of times) {
    const typical = median(found);
    const ratio = `${(typical / bare).toFixed(2)} times bare`;
    console.log(`${name.padEnd(28)} ${typical.toFixed(1).padStart(6)} ms   ${ratio}`);
  }
  console.log(`target: at most ${TARGET} times bare`);
}

/** The package of `--storage embed`, of what was built in `runtime`. */
async function buildFunction(path: string, runtime: string): Promise<number> {
  const { sha256 } = await hashFile(DATABASE);
  const manifest: Manifest = {
    format: MANIFEST_FORMAT,
    version: 1,
    publishedAt: new Date().toISOString(),
    software: "0.0.0",
    publisher: null,
    databases: [
      {
        origin: "typed",
        updatedAt: "2026-01-31T12:00:00.000Z",
        source: null,
        name: "northwind",
        size: statSync(DATABASE).size,
        sha256,
        index: sha256,
        inspection: inspectSnapshot(DATABASE, DATABASE),
      },
    ],
    config: {},
    metadata: {},
    settings: {},
    flags: { cors: false, crossdb: false, defaultDeny: false },
  };
  const site = {
    manifest: Buffer.from(JSON.stringify(manifest)),
    databases: [{ sha256, file: DATABASE }],
  };
  return (await functionPackage(site, [], runtime)).build(path);
}

function lambdaEnvironment(opt: string, task: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "",
    NODE_PATH: join(opt, "nodejs/node_modules"),
    LAMBDA_TASK_ROOT: task,
    AWS_REGION: "eu-central-1",
    AWS_LAMBDA_FUNCTION_NAME: "bench",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "1024",
    DSL_STORAGE: "embed",
    DSL_BUCKET: "bench",
    DSL_REFRESH_SECONDS: "60",
  };
}

function event(path: string): string {
  return JSON.stringify({
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: "",
    headers: { host: "bench.execute-api.test", "x-forwarded-proto": "https" },
    requestContext: { requestId: "1", http: { method: "GET", path } },
    isBase64Encoded: false,
  });
}

/** Milliseconds from the start of the process to the first byte of its answer. */
async function start(args: string[], env: Record<string, string>): Promise<number> {
  const begin = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  const answered = once(child.stdout, "data").then(() => performance.now() - begin);
  const [code] = await closed;
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}`);
  return answered;
}

function unpack(zip: string, target: string): void {
  for (const [name, content] of Object.entries(unzipSync(readFileSync(zip)))) {
    const path = join(target, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
