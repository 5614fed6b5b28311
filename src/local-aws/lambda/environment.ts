/** One environment of a function: a process that answers one request at a time. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { freeze, guard, thaw } from "./freezing.ts";
import { heapFlags } from "./limits.ts";
import type { LogStream } from "./log-stream.ts";
import type { FromEnvironment, InvokeError, ToEnvironment } from "./messages.ts";

/**
 * How a request, or loading the handler, ended. After `result` and `error` the environment can
 * answer more, after the others its process is gone.
 */
export type Outcome =
  | { type: "result"; body: string; memory: number }
  | { type: "error"; error: InvokeError; memory: number }
  | { type: "crash"; error: InvokeError }
  | { type: "exit"; description: string }
  | { type: "timeout" };

export interface EnvironmentSetup {
  /** The program: runtime-entry. */
  entry: string;
  /** Removed when the environment ends; a killed one leaves it to the next start of the server. */
  folder: string;
  memorySize: number;
  variables: Record<string, string>;
  revisionId: string;
  log: LogStream;
}

export class Environment {
  readonly log: LogStream;
  readonly folder: string;
  readonly revisionId: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<Outcome>;

  /** Starts the process; `load` waits for the handler. */
  constructor({ entry, folder, memorySize, variables, revisionId, log }: EnvironmentSetup) {
    this.log = log;
    this.folder = folder;
    this.revisionId = revisionId;
    const child = spawn(process.execPath, [...heapFlags(memorySize), entry], {
      cwd: variables.LAMBDA_TASK_ROOT,
      env: variables,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // A group of its own: Ctrl-C in a terminal is for the local AWS, which then ends this.
      detached: true,
    });
    const release = guard(child.pid);
    this.#exited = exitOf(child).finally(release);
    if (child.stdout !== null) log.follow(child.stdout);
    if (child.stderr !== null) log.follow(child.stderr);
    this.#child = child;
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Waits until the handler is loaded: undefined when it is, else what went wrong. */
  async load(milliseconds: number): Promise<Outcome | undefined> {
    const outcome = await this.#next(milliseconds);
    if (outcome === "ready") {
      freeze(this.#child);
      return undefined;
    }
    await this.kill();
    return outcome;
  }

  /** Thaws the process for one request and freezes it when it has answered. */
  async invoke(request: ToEnvironment): Promise<Outcome> {
    const answered = this.#next(request.deadline - Date.now());
    thaw(this.#child);
    // Whether the process is still there to read it is for #exited to say.
    this.#child.send(request, () => {});
    const outcome = await answered;
    if (outcome === "ready" || (outcome.type !== "result" && outcome.type !== "error")) {
      await this.kill();
      return outcome === "ready" ? { type: "exit", description: "protocol error" } : outcome;
    }
    await Promise.race([this.log.endOf(request.requestId), this.#exited]);
    freeze(this.#child);
    return outcome;
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  /** Kills the process, listens to it no more, and removes its folder. */
  async end(): Promise<void> {
    await this.kill();
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** What the process says next, at the latest after some time. */
  #next(milliseconds: number): Promise<Outcome | "ready"> {
    return new Promise((resolve) => {
      const settle = (outcome: Outcome | "ready") => {
        clearTimeout(timer);
        this.#child.off("message", onMessage);
        resolve(outcome);
      };
      const onMessage = (message: FromEnvironment) =>
        settle(message.type === "ready" ? "ready" : message);
      const timer = setTimeout(() => settle({ type: "timeout" }), milliseconds);
      this.#child.on("message", onMessage);
      void this.#exited.then(settle);
    });
  }
}

/** As Lambda names them; SIGABRT is how Node ends when its heap is full. */
const SIGNALS: Record<string, string> = {
  SIGKILL: "killed",
  SIGABRT: "aborted",
  SIGSEGV: "segmentation fault",
};

async function exitOf(child: ChildProcess): Promise<Outcome> {
  try {
    const [code, signal] = await once(child, "exit");
    const description = signal ? `signal: ${SIGNALS[signal] ?? signal}` : `exit status ${code}`;
    return { type: "exit", description };
  } catch (error) {
    return { type: "exit", description: (error as Error).message };
  }
}
