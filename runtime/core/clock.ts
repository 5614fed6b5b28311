/**
 * Milliseconds since some moment, for durations and deadlines: it goes on evenly whatever happens to the
 * machine's clock. `performance.now()` is the same, but loads a module of Node that costs a cold start time.
 */
export function clock(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
