/** What runs of `dsl watch` and `dsl replicate` have in common: others can see what they do, and signals end them. */
import type { Reporter } from "../terminal/reporter.ts";
import type { WatchStatus } from "./status.ts";
import { removeStatus, writeStatus } from "./status-file.ts";

const STATUS_MS = 2_000;

/** Does the work while the status of this process is written to its file again and again. */
export async function withStatus(
  statuses: () => readonly WatchStatus[],
  reporter: Reporter,
  work: () => Promise<void>,
): Promise<void> {
  const keep = async () => {
    try {
      await writeStatus(statuses());
    } catch (error) {
      // It only tells others: following goes on without.
      reporter.event("status_not_written", { reason: String(error) });
    }
  };
  await keep();
  const timer = setInterval(() => void keep(), STATUS_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
    await removeStatus();
  }
}

/** To be told to stop is the usual way to end it, and no failure: it replaces what cli.ts does on signals. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.removeAllListeners(signal);
    process.once(signal, () => stop.abort());
  }
  return stop.signal;
}
