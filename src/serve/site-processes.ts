/**
 * Processes that answer what may take long: a request goes to one that is free, or waits for one. A
 * process that does not come back is ended and replaced: unlike a thread, it can be.
 */
import { type ChildProcess, fork } from "node:child_process";
import { log } from "../../runtime/core/log.ts";
import type { Answer } from "../../runtime/site/http/answer.ts";
import { IncomingHeaders } from "../../runtime/site/pipeline/node-listener.ts";
import { policyHeaders } from "../../runtime/site/pipeline/policy-headers.ts";
import type { SiteRequest } from "../../runtime/site/request.ts";
import { siteProcessEntry } from "../paths.ts";
import type { SiteToOpen } from "./open-site.ts";
import type { FromProcess, ToProcess } from "./site-messages.ts";

/** A request is several statements, each of which has its own limit, and none should need all of it. */
const STATEMENTS = 5;

type Reply = Exclude<FromProcess, { ready: true } | { goesOn: true }>;

interface Waiting {
  url: string;
  /** Until the process is ended. */
  patience: NodeJS.Timeout;
  settle(reply: Reply | null): void;
}

/** One child process. It answers one request at a time, and parts of bodies between them. */
class SiteProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #patienceMs: number;
  isReady = false;
  isFree = false;

  /** `changed` is called when it becomes free; `ended` once, when it is no more. */
  constructor(
    entry: string,
    site: SiteToOpen,
    patienceMs: number,
    changed: () => void,
    ended: () => void,
  ) {
    this.#patienceMs = patienceMs;
    this.#child = fork(entry, { serialization: "advanced", stdio: ["ignore", "ignore", 2, "ipc"] });
    this.#child.on("message", (message: FromProcess) => {
      if ("ready" in message) {
        this.isReady = true;
        this.isFree = true;
        changed();
      } else if ("goesOn" in message) {
        this.#waiting.get(message.id)?.patience.refresh();
      } else {
        this.#settle(message.id, message);
      }
    });
    this.#child.once("exit", () => {
      this.isFree = false;
      for (const id of [...this.#waiting.keys()]) this.#settle(id, null);
      ended();
    });
    // A message to a process that has just ended; its end is what counts.
    this.#child.on("error", () => {});
    this.#tell({ open: site });
  }

  /** Sends a message about a request and waits for the reply; null when the process ended before it. */
  async ask(url: string, message: Exclude<ToProcess, { open: SiteToOpen }>): Promise<Reply | null> {
    const patience = setTimeout(() => this.end(), this.#patienceMs);
    try {
      return await new Promise<Reply | null>((settle) => {
        this.#waiting.set(message.id, { url, patience, settle });
        this.#tell(message);
      });
    } finally {
      clearTimeout(patience);
    }
  }

  enough(id: number): void {
    this.#tell({ id, enough: true });
  }

  end(): void {
    this.#child.kill("SIGKILL");
  }

  #tell(message: ToProcess): void {
    if (this.#child.connected) this.#child.send(message);
  }

  #settle(id: number, reply: Reply | null): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (reply === null && waiting) {
      log("error", "a request did not end; its process was replaced", { url: waiting.url });
    }
    waiting?.settle(reply);
  }
}

export class SiteProcesses {
  readonly #site: SiteToOpen;
  readonly #entry: string;
  readonly #count: number;
  readonly #patienceMs: number;
  readonly #processes = new Set<SiteProcess>();
  #queue: ((process: SiteProcess | null) => void)[] = [];
  #lastId = 0;
  #isClosed = false;

  constructor(site: SiteToOpen, count: number, entry = siteProcessEntry) {
    const { sql_time_limit_ms: limitMs } = site.site.config.settings;
    this.#site = site;
    this.#count = count;
    this.#entry = entry;
    this.#patienceMs = 2 * limitMs * STATEMENTS;
    this.#startMissing();
  }

  get hasFree(): boolean {
    for (const { isFree } of this.#processes) if (isFree) return true;
    return false;
  }

  async answer(request: SiteRequest): Promise<Answer> {
    const { method, url, headers, isSecure } = request;
    const fields = headers instanceof IncomingHeaders ? headers.fields : {};
    const id = ++this.#lastId;
    const process = await this.#free();
    if (process === null) return unavailable("No process for this could be started.");
    const reply = await process.ask(url, { id, request: { method, url, fields, isSecure } });
    this.#release(process);
    if (reply === null)
      return unavailable("This took much longer than the time limit: its process had to be ended.");
    if ("error" in reply) throw new Error(reply.error);
    if (!("answer" in reply)) throw new Error("A process answered something else");
    const body = reply.body === undefined ? partsFrom(process, id, url) : reply.body;
    return { ...reply.answer, body };
  }

  /** Ends the processes, whatever they do. */
  close(): void {
    this.#isClosed = true;
    for (const process of this.#processes) process.end();
  }

  #startMissing(): void {
    if (this.#isClosed) return;
    while (this.#processes.size < this.#count) {
      const process: SiteProcess = new SiteProcess(
        this.#entry,
        this.#site,
        this.#patienceMs,
        () => this.#release(process),
        () => this.#replace(process),
      );
      this.#processes.add(process);
    }
  }

  /** One that could not even start is started again when it is asked for, not in a loop. */
  #replace(process: SiteProcess): void {
    this.#processes.delete(process);
    if (process.isReady) this.#startMissing();
    if (this.#processes.size > 0) return;
    for (const settle of this.#queue.splice(0)) settle(null);
  }

  /** null when there is none, and none can be started. */
  async #free(): Promise<SiteProcess | null> {
    this.#startMissing();
    for (const process of this.#processes) {
      if (!process.isFree) continue;
      process.isFree = false;
      return process;
    }
    return new Promise((resolve) => this.#queue.push(resolve));
  }

  #release(process: SiteProcess): void {
    if (!this.#processes.has(process)) return;
    const next = this.#queue.shift();
    process.isFree = next === undefined;
    next?.(process);
  }
}

async function* partsFrom(
  process: SiteProcess,
  id: number,
  url: string,
): AsyncGenerator<Uint8Array> {
  let isOver = false;
  try {
    while (!isOver) {
      const reply = await process.ask(url, { id, next: true });
      isOver = reply === null || !("part" in reply) || reply.part === null;
      if (reply === null) throw new Error("The process was replaced");
      if ("error" in reply) throw new Error(reply.error);
      if ("part" in reply && reply.part !== null) yield Buffer.from(reply.part as string);
    }
  } finally {
    if (!isOver) process.enough(id);
  }
}

function unavailable(sentence: string): Answer {
  const headers = {
    ...policyHeaders(false, false),
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
  };
  return { status: 503, headers, body: `${sentence}\n` };
}
