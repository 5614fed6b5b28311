/**
 * The collector's cold start against an empty Node function: until it is initialised, and until it has
 * answered its first request, whose message a queue on loopback takes. A process each, in turns.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { COLLECTOR } from "../../scripts/build/lambdas.ts";

const TARGET = 1.3;

const EMPTY = "exports.handler = async () => ({ statusCode: 202 });";

/** Prints milliseconds of CPU: when the function is loaded, and when it has answered. */
const RUNNER = `
  const used = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
  const { handler } = require(process.argv[2]);
  const ready = used();
  if (process.argv[3] === "tls") require("node:https");
  handler(JSON.parse(process.argv[4])).then(({ statusCode, body }) => {
    if (statusCode !== 202) throw new Error(body);
    process.stdout.write(JSON.stringify({ ready, answered: used() }), () => process.exit());
  });
`;

const EVENT = {
  version: "2.0",
  rawPath: "/collect/orders",
  headers: { host: "bench.execute-api.test", "content-type": "application/json" },
  body: JSON.stringify({ hello: "world" }),
  isBase64Encoded: false,
  requestContext: { requestId: "1", http: { method: "POST" } },
};

interface Start {
  ready: number;
  answered: number;
}

/** Prints medians of so many rounds; writes into `folder`. The bundles have to be built. */
export async function benchCollector(folder: string, rounds: number): Promise<void> {
  const queue = createServer((request, response) => {
    request.resume().on("end", () => response.end('{"MessageId":"1"}'));
  });
  await once(queue.listen(0, "127.0.0.1"), "listening");
  const { port } = queue.address() as AddressInfo;
  writeFileSync(join(folder, "empty.cjs"), EMPTY);
  writeFileSync(join(folder, "runner.cjs"), RUNNER);
  copyFileSync(COLLECTOR.outfile, join(folder, "collector.cjs"));
  const starts: [name: string, args: string[]][] = [
    ["empty function", ["empty.cjs", "plain"]],
    ["collector", ["collector.cjs", "plain"]],
    ["collector, TLS loaded", ["collector.cjs", "tls"]],
  ];
  const found = new Map<string, Start[]>(starts.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, [file = "", mode = ""]] of starts) {
      found.get(name)?.push(await start(folder, [`./${file}`, mode], port));
    }
  }
  queue.close();
  console.log(`\nthe collector: CPU of a new process, median of ${rounds} in turns:`);
  const of = (name: string, moment: keyof Start) => median(found.get(name) ?? [], moment);
  for (const [name] of starts) {
    const [ready, answered] = [of(name, "ready"), of(name, "answered")];
    const times = (ready / of("empty function", "ready")).toFixed(2);
    const all = (answered / of("empty function", "answered")).toFixed(2);
    console.log(
      `${name.padEnd(24)} initialised ${ready.toFixed(1).padStart(6)} ms (${times})   first answer ${answered.toFixed(1).padStart(6)} ms (${all})`,
    );
  }
  console.log(`target: initialised within ${TARGET} times the empty function`);
}

async function start(folder: string, [file, mode]: string[], port: number): Promise<Start> {
  const args = ["runner.cjs", file ?? "", mode ?? "", JSON.stringify(EVENT)];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: {
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "bench",
      AWS_SECRET_ACCESS_KEY: "bench",
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      DSL_SITE: "bench",
      DSL_DATABASE: "events",
      DSL_QUEUE_URL: `http://127.0.0.1:${port}/1/queue`,
      DSL_PUBLIC: "true",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += String(chunk);
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${file} ended with ${code}`);
  return JSON.parse(output) as Start;
}

function median(starts: readonly Start[], moment: keyof Start): number {
  return starts.map((each) => each[moment]).toSorted((a, b) => a - b)[starts.length >> 1] ?? 0;
}
