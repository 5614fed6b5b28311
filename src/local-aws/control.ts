/** Starting, finding and stopping the detached server, from any other process. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { localDaemonEntry } from "../paths.ts";
import { VERSION } from "../version.ts";
import { ACCESS_KEY_ID, EXIT_IN_USE } from "./identity.ts";
import {
  defaultHome,
  lockHome,
  logFile,
  openHome,
  readServer,
  type ServerRecord,
} from "./state.ts";

/** A local AWS that answers. */
export interface LocalAws {
  /** `http://127.0.0.1:PORT` */
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  pid: number;
  /** State folder, absolute. */
  home: string;
  /** Version of dsl that serves. */
  software: string;
}

export interface EnsureOptions {
  /** State folder; by default `$DSL_LOCAL_HOME`, else `~/.dsl/local`. */
  home?: string;
  /** Only for a server that has to be started. */
  port?: number;
}

/** Generous: a start takes half a second, on a machine that is busy with builds ten times that. */
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
const HEALTH_TIMEOUT_MS = 5_000;
const POLL_MS = 50;
/** A log larger than this is started anew. */
const MAX_LOG_BYTES = 10 * 1024 * 1024;

/**
 * Returns the running server of the state folder, starting it when there is none, or when it is of
 * another version of dsl. Any number of
 * processes may do so at once: the one that gets the folder's lock serves them all.
 * Throws DslError `local_start_failed`.
 */
export async function ensureLocalAws(options: EnsureOptions = {}): Promise<LocalAws> {
  const home = openHome(options.home ?? defaultHome());
  const running = await findServer(home);
  if (running?.software === VERSION) return running;
  if (running) await stopLocalAws(home);
  let daemon = spawnDaemon(home, options.port);
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const server = await findServer(home);
    if (server) {
      // It lost the race; were it to wait on, it would take over when the other one is stopped.
      if (server.pid !== daemon.pid) daemon.kill();
      return server;
    }
    if (daemon.exitCode === EXIT_IN_USE) daemon = spawnDaemon(home, options.port);
    else if (daemon.exitCode !== null) break;
    await sleep(POLL_MS);
  }
  throw new DslError(
    "local_start_failed",
    `The local AWS did not start: ${lastLogLine(home)}`,
    `see ${logFile(home)}, or start afresh after deleting ${home}`,
  );
}

/** The running server of the state folder, or undefined. Starts nothing. */
export async function localAwsStatus(home = defaultHome()): Promise<LocalAws | undefined> {
  return existsSync(home) ? findServer(openHome(home)) : undefined;
}

/**
 * Stops the server of the state folder and waits until it has let go of it; its state stays. Returns false
 * when none was running. Throws DslError `local_stop_failed`.
 */
export async function stopLocalAws(home = defaultHome()): Promise<boolean> {
  if (!existsSync(home)) return false;
  const folder = openHome(home);
  if (isFree(folder)) return false;
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  let asked: number | undefined;
  while (!isFree(folder)) {
    const record = readServer(folder);
    if (Date.now() > deadline) {
      throw new DslError(
        "local_stop_failed",
        `The local AWS in ${folder} (process ${record?.pid ?? "unknown"}) did not stop`,
        record ? `kill ${record.pid}` : `see ${logFile(folder)}`,
      );
    }
    // Without a record it is still starting.
    if (record && record.pid !== asked) {
      asked = record.pid;
      await askToStop(record);
    }
    await sleep(POLL_MS);
  }
  return true;
}

async function askToStop({ pid, port }: ServerRecord): Promise<void> {
  try {
    await fetch(`http://127.0.0.1:${port}/_local/stop`, {
      method: "POST",
      signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS),
    });
  } catch {
    // It holds the lock, so the record is its own and the process id is right; but it hangs.
    process.kill(pid, "SIGKILL");
  }
}

const healthSchema = z.object({
  home: z.string(),
  pid: z.number(),
  region: z.string(),
  software: z.string(),
});

async function findServer(home: string): Promise<LocalAws | undefined> {
  const record = readServer(home);
  if (record === undefined) return undefined;
  const endpoint = `http://127.0.0.1:${record.port}`;
  try {
    const response = await fetch(`${endpoint}/_local/health`, {
      signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS),
    });
    const health = healthSchema.parse(await response.json());
    // Another program, or the server of another folder, may have the port by now.
    if (health.home !== home) return undefined;
    const { secretAccessKey } = record;
    return { endpoint, credentials: { accessKeyId: ACCESS_KEY_ID, secretAccessKey }, ...health };
  } catch {
    return undefined;
  }
}

function isFree(home: string): boolean {
  const lock = lockHome(home, 0);
  lock?.release();
  return lock !== undefined;
}

function spawnDaemon(home: string, port: number | undefined): ChildProcess {
  const isTooLong = (statSync(logFile(home), { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES;
  const log = openSync(logFile(home), isTooLong ? "w" : "a", 0o600);
  try {
    const args = [daemonEntry(), home, ...(port === undefined ? [] : [String(port)])];
    const daemon = spawn(process.execPath, args, {
      detached: true,
      stdio: ["ignore", log, log],
      // Any folder may be removed while the server runs, except its own.
      cwd: home,
    });
    daemon.unref();
    return daemon;
  } finally {
    closeSync(log);
  }
}

/** From sources, the source: a bundle in dist/ may be older. */
function daemonEntry(): string {
  if (!import.meta.url.endsWith(".ts")) return localDaemonEntry;
  return fileURLToPath(new URL("./daemon.ts", import.meta.url));
}

function lastLogLine(home: string): string {
  const lines = readFileSync(logFile(home), "utf8").trimEnd().split("\n");
  return lines.at(-1) || "it wrote nothing";
}
