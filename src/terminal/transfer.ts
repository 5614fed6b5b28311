/** Progress of something that is sent or fetched: how much, how fast, how long still. */
import { formatBytes, formatDuration, formatShare } from "../../runtime/core/quantities.ts";
import type { Step } from "./reporter.ts";

/** The rate is that of the last seconds: what the network does now says most about what is left. */
const WINDOW_MS = 10_000;
/** Before that a rate is mostly chance. */
const FIRST_RATE_MS = 1_000;

/**
 * Shows bytes under `step` as "12.1 MB of 40.0 MB, 3.2 MB/s, 8.7 s left"; `more` comes at the end.
 * `now` gives milliseconds.
 */
export function transfer(
  step: Pick<Step, "progress">,
  now: () => number = () => performance.now(),
): (done: number, total: number, more?: string) => void {
  const samples: { at: number; done: number }[] = [{ at: now(), done: 0 }];
  return (done, total, more) => {
    const at = now();
    samples.push({ at, done });
    while (samples.length > 2 && at - samples[1]!.at > WINDOW_MS) samples.shift();
    const [{ at: since, done: before }] = samples as [{ at: number; done: number }];
    const milliseconds = at - since;
    const rate = milliseconds < FIRST_RATE_MS ? 0 : (done - before) / (milliseconds / 1000);
    const speed = rate > 0 ? [`${formatBytes(Math.round(rate))}/s`] : [];
    const isOpen = rate > 0 && done < total;
    const left = isOpen ? [`${formatDuration(((total - done) / rate) * 1000)} left`] : [];
    const parts = [formatShare(done, total), ...speed, ...left, ...(more ? [more] : [])];
    step.progress(done, total, parts.join(", "));
  };
}
