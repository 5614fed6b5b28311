import { setTimeout as sleep } from "node:timers/promises";
import { formatDuration } from "../../runtime/core/quantities.ts";
import type { Reporter } from "../terminal/reporter.ts";

const TICK_MS = 1_000;

/** Waits until no visitor can get the version before any more, showing how long that still takes. */
export async function waitForOldAnswers(until: Date, reporter: Reporter): Promise<void> {
  const total = until.getTime() - Date.now();
  if (total <= 0) return;
  const step = reporter.step("Waiting until nobody can get the version before");
  for (let left = total; left > 0; left = until.getTime() - Date.now()) {
    step.progress(total - left, total, `${formatDuration(left)} left`);
    await sleep(Math.min(left, TICK_MS));
  }
  step.done();
}
