/**
 * The detached server process: `daemon HOME [PORT]`. Its output goes to the log file.
 * `DSL_LOCAL_FAULTS` may hold fault rules as JSON: `{"rules": [...], "seed": 1}`.
 * With `DSL_LOCAL_OWNER`, a process id, it stops when that process is gone: a test run that is
 * killed leaves nothing behind.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { faultSettingsSchema } from "./common/faults.ts";
import { EXIT_IN_USE } from "./identity.ts";
import { startLocalAws } from "./local-aws.ts";

/** Shorter than the patience of `dsl local stop`. */
const CLOSE_TIMEOUT_MS = 15_000;
const OWNER_POLL_MS = 1000;

const [home, port] = process.argv.slice(2);

function log(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
}

async function main(): Promise<void> {
  // Objects, logs and state are for the user alone.
  process.umask(0o077);
  if (home === undefined) throw new Error("usage: daemon HOME [PORT]");
  const faults = process.env.DSL_LOCAL_FAULTS;
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  const local = await startLocalAws({
    home,
    port: port === undefined ? undefined : Number(port),
    faults: faults ? faultSettingsSchema.parse(JSON.parse(faults)) : undefined,
    log,
    onStop: stop,
  });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, stop);
  const owner = Number(process.env.DSL_LOCAL_OWNER ?? 0);
  if (owner > 0) stopWithout(owner, stop);
  log(`listening on ${local.endpoint}, pid ${process.pid}`);
  await stopped;
  // State is safe at any moment, so a part that does not end must not keep the folder locked.
  const closed = await Promise.race([local.close().then(() => true), sleep(CLOSE_TIMEOUT_MS)]);
  log(closed ? "stopped" : `stopped without waiting any longer for what was under way`);
}

/** Calls `stop` when the process `owner` has ended. */
function stopWithout(owner: number, stop: () => void): void {
  setInterval(() => {
    try {
      process.kill(owner, 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") return;
      log(`process ${owner}, which it was started for, is gone`);
      stop();
    }
  }, OWNER_POLL_MS).unref();
}

try {
  await main();
  process.exit(0);
} catch (error) {
  // The last line of the log is what `dsl local start` shows.
  log(error instanceof DslError ? `${error.message}.` : String((error as Error).stack ?? error));
  process.exit(error instanceof DslError && error.code === "local_in_use" ? EXIT_IN_USE : 1);
}
