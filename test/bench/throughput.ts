/**
 * `npm run bench`: the app against a bare `node:http` + better-sqlite3 + `JSON.stringify` server that
 * runs the same SQL, on the example database, and pages against the JSON of the same rows. What is
 * compared is asked in turns. Prints answers a second, CPU time an answer (microseconds) and the ratio;
 * ends with 1 when a promise is not kept.
 */
import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CASES } from "./throughput/cases.ts";
import { countAnswers } from "./throughput/client.ts";

const DATABASE = join(import.meta.dirname, "../../examples/northwind.db");
/** Each case is measured this many times for each server, and the best round counts. */
const ROUNDS = 20;
const ROUND_MS = 200;
const WARM_UP_MS = 1000;
const CONNECTIONS = 8;

interface Measured {
  perSecond: number;
  /** Microseconds of CPU time. */
  cpu: number;
}

class BenchServer {
  readonly #process: ChildProcess;
  readonly port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#process = child;
    this.port = port;
  }

  static async start(kind: "app" | "bare"): Promise<BenchServer> {
    const child = fork(join(import.meta.dirname, "throughput/server.ts"), [kind, DATABASE]);
    const { port } = await answerOf<{ port: number }>(child);
    return new BenchServer(child, port);
  }

  async measure(path: string, milliseconds: number): Promise<Measured> {
    const before = await this.#cpu();
    const started = performance.now();
    const answers = await countAnswers(this.port, path, CONNECTIONS, milliseconds);
    const seconds = (performance.now() - started) / 1000;
    return { perSecond: answers / seconds, cpu: ((await this.#cpu()) - before) / answers };
  }

  stop(): void {
    this.#process.kill();
  }

  async #cpu(): Promise<number> {
    const answer = answerOf<{ cpu: number }>(this.#process);
    this.#process.send("cpu");
    return (await answer).cpu;
  }
}

function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the server ended with ${code}`));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      resolve(message as T);
    });
  });
}

function best(measured: Measured[]): Measured {
  return measured.reduce((a, b) => (b.cpu < a.cpu ? b : a));
}

if (!existsSync(DATABASE)) throw new Error(`${DATABASE} is missing: run npm run build first`);
const words = process.argv.slice(2);
const app = await BenchServer.start("app");
const bare = await BenchServer.start("bare");
let broken = 0;
try {
  console.log("                                   app/s     µs   base/s     µs");
  for (const { name, path, promised, json } of CASES) {
    if (words.length > 0 && !words.some((word) => name.includes(word))) continue;
    // A page is held against the same rows as JSON, everything else against the bare server.
    const base = json === undefined ? { server: bare, path } : { server: app, path: json.path };
    await app.measure(path, WARM_UP_MS);
    await base.server.measure(base.path, WARM_UP_MS);
    const ofApp: Measured[] = [];
    const ofBase: Measured[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      ofApp.push(await app.measure(path, ROUND_MS));
      ofBase.push(await base.server.measure(base.path, ROUND_MS));
    }
    const ours = best(ofApp);
    const theirs = best(ofBase);
    const figures = `${name.padEnd(32)}${columns(ours)}${columns(theirs)}`;
    if (json !== undefined) {
      const times = ours.cpu / theirs.cpu;
      console.log(`${figures}  ${times.toFixed(2)} times its JSON by CPU${promise(json.times)}`);
      if (json.times !== null && times > json.times) broken++;
    } else {
      const share = theirs.cpu / ours.cpu;
      const bySpeed = percent(ours.perSecond / theirs.perSecond);
      const promisedShare = promised === null ? null : percent(promised);
      console.log(
        `${figures}  ${bySpeed} of bare, ${percent(share)} by CPU${promise(promisedShare)}`,
      );
      if (promised !== null && share < promised) broken++;
    }
  }
} finally {
  app.stop();
  bare.stop();
}
process.exitCode = broken > 0 ? 1 : 0;

function columns({ perSecond, cpu }: Measured): string {
  return `${perSecond.toFixed(0).padStart(9)}${cpu.toFixed(0).padStart(7)}`;
}

function promise(what: string | number | null): string {
  return what === null ? "" : ` (promised: ${what})`;
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(0)} %`;
}
