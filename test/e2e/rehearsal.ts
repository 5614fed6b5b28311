/** dsl on a local AWS of its own: the real CLI, the real templates, a real site over HTTP. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { type AwsClients, createClients } from "../../src/aws/clients.ts";
import type { FaultSettings } from "../../src/local-aws/common/faults.ts";
import { ensureLocalAws, stopLocalAws } from "../../src/local-aws/control.ts";
import { type CliRun, runCli, startCli } from "../src/cli/run-cli.ts";

/** For so long a call waits to be killed. */
const KILL_WINDOW_MS = 60_000;
/** At most so long a call is held back. */
const HOLD_MS = 50_000;

export type Event = { event: string } & Record<string, unknown>;

export interface Rehearsal {
  /** For database files; `dsl` runs in it. */
  folder: string;
  clients: AwsClients;
  /** Where the local AWS answers. */
  endpoint: string;
  /** And whom. */
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** `dsl ARGS --local` */
  dsl(...args: string[]): Promise<CliRun>;
  /** The same with variables of the environment besides. */
  dslWith(env: Record<string, string>, ...args: string[]): Promise<CliRun>;
  /** `dsl ARGS --local --json`: its exit code and events. */
  events(...args: string[]): Promise<{ exitCode?: number; events: Event[]; stderr: string }>;
  /** `dsl ARGS --local`, which has to succeed: its result event. */
  result(...args: string[]): Promise<Event>;
  /** `dsl update-stack ARGS`, which has to succeed: its result event. */
  update(...args: string[]): Promise<Event>;
  /** From now on the local AWS fails like this; no rules: no faults. Functions' clocks are off by so much. */
  inject(rules: FaultSettings["rules"], clockOffsetMs?: number): Promise<void>;
  /**
   * Runs `dsl ARGS --local` and kills it (SIGKILL) while the call that `step` names is under way:
   * before it is handled, or after it, with the answer still out. Throws when the command never
   * came to that call, so that a kill that did not land is a failure.
   */
  killAt(step: KillStep, ...args: string[]): Promise<void>;
  /**
   * Runs `dsl ARGS --local`, and `meanwhile` as long as its first call of `step` is held back. Throws
   * when `meanwhile` takes longer than calls can be held.
   */
  holdAt(step: KillStep, args: string[], meanwhile: () => Promise<void>): Promise<CliRun>;
  /** Stops the local AWS and removes everything. */
  end(): Promise<void>;
}

/** A call of the local AWS, as fault rules name it. */
export interface KillStep {
  service: "s3" | "cloudformation";
  operation: string;
  match?: string;
  when: "before" | "after";
}

/** `cli` is the program to rehearse with, by default the sources; `env` goes to it. */
export async function startRehearsal(
  cli?: string,
  env: Record<string, string> = {},
): Promise<Rehearsal> {
  const folder = mkdtempSync(join(tmpdir(), "dsl-rehearsal-"));
  const home = join(folder, "local-aws");
  const local = await ensureLocalAws({ home, port: 0 });
  const where = { cli, cwd: folder, env: { DSL_LOCAL_HOME: home, ...env } };
  const dslWith = (more: Record<string, string>, ...args: string[]) =>
    runCli([...args, "--local"], { ...where, env: { ...where.env, ...more } });
  const dsl = (...args: string[]) => dslWith({}, ...args);
  const events = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await dsl(...args, "--json");
    const lines = stdout.split("\n").filter((line) => line !== "");
    return { exitCode, events: lines.map((line) => JSON.parse(line) as Event), stderr };
  };
  const result = async (...args: string[]) => {
    const run = await events(...args);
    const last = run.events.at(-1);
    if (run.exitCode === 0 && last?.event === "result") return last;
    throw new Error(`dsl ${args.join(" ")} failed: ${run.stderr}`);
  };
  const inject = async (rules: FaultSettings["rules"], clockOffsetMs = 0) => {
    const body = JSON.stringify({ rules, clockOffsetMs });
    const answer = await fetch(`${local.endpoint}/_local/faults`, { method: "POST", body });
    if (!answer.ok) throw new Error(await answer.text());
  };
  /** Whether the call waits: before it is handled, or when that is done and the answer is due. */
  const isHeld = async () => {
    const answer = await fetch(`${local.endpoint}/_local/faults`);
    const { rules } = (await answer.json()) as { rules: { waiting: number }[] };
    return (rules[0]?.waiting ?? 0) > 0;
  };
  const killAt = async ({ when, ...call }: KillStep, ...args: string[]) => {
    const kind = when === "before" ? "slow" : "late";
    await inject([{ ...call, kind, ms: KILL_WINDOW_MS, count: 1 }]);
    const command = startCli([...args, "--local"], where);
    let ended = false;
    const end = command.then((run) => {
      ended = true;
      return run;
    });
    while (!ended && !(await isHeld())) await sleep(20);
    command.kill("SIGKILL");
    const { signal, stderr } = await end;
    await inject([]);
    if (signal !== "SIGKILL") {
      throw new Error(`it ended before ${call.operation} ${call.match ?? ""}: ${stderr}`);
    }
  };
  const holdAt = async (
    { when, ...call }: KillStep,
    args: string[],
    meanwhile: () => Promise<void>,
  ) => {
    const kind = when === "before" ? "slow" : "late";
    await inject([{ ...call, kind, ms: HOLD_MS, count: 1 }]);
    let ended = false;
    const held = dsl(...args).then((run) => {
      ended = true;
      return run;
    });
    while (!ended && !(await isHeld())) await sleep(20);
    await meanwhile();
    const inTime = !ended;
    await inject([]);
    if (!inTime) throw new Error(`it did not wait at ${call.operation}: ${(await held).stderr}`);
    return held;
  };
  return {
    folder,
    clients: createClients({ local }),
    endpoint: local.endpoint,
    credentials: local.credentials,
    dsl,
    dslWith,
    events,
    result,
    update: (...args) => result("update-stack", ...args),
    inject,
    killAt,
    holdAt,
    end: async () => {
      await stopLocalAws(home);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A database with one table `items` of some rows; its content depends only on the arguments. */
export function writeItems(path: string, rows: number, title = "item"): void {
  rmSync(path, { force: true });
  const database = new Database(path);
  database.exec("create table items (id integer primary key, title text, note text)");
  const insert = database.prepare("insert into items values (?, ?, ?)");
  database.transaction(() => {
    for (let id = 1; id <= rows; id++) insert.run(id, `${title} ${id}`, `note ${id} `.repeat(20));
  })();
  database.close();
}

/** What a site answers, as JSON. */
export async function getJson(url: string, path: string): Promise<Record<string, unknown>> {
  const response = await fetch(new URL(path, url));
  const body: unknown = await response.json();
  if (!response.ok) throw new Error(`${path} answers with ${response.status}`);
  return body as Record<string, unknown>;
}
