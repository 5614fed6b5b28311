/**
 * Runs a task for each item, as soon as those of the items it waits for are done, side by side where
 * possible. A task says with false that it failed. That stops nothing that has begun: what runs is
 * waited for, what waits is never started. `failing` is aborted by the first failure, for tasks that
 * want to know. Returns the items that failed; throws what a task throws, once nothing runs any more.
 */
export async function runInOrder(
  items: string[],
  waitsFor: (item: string) => string[],
  task: (item: string, failing: AbortSignal) => Promise<boolean>,
): Promise<string[]> {
  const failing = new AbortController();
  const waiting = new Set(items);
  const running = new Map<string, Promise<void>>();
  const failed: string[] = [];
  const errors: unknown[] = [];

  const run = async (item: string) => {
    const succeeded = await task(item, failing.signal).catch((error: unknown) => {
      errors.push(error);
      return false;
    });
    running.delete(item);
    if (succeeded) return;
    failed.push(item);
    failing.abort();
    waiting.clear();
  };

  while (running.size > 0 || waiting.size > 0) {
    const ready = [...waiting].filter(
      (item) => !waitsFor(item).some((other) => waiting.has(other) || running.has(other)),
    );
    for (const item of ready) {
      waiting.delete(item);
      running.set(item, run(item));
    }
    await Promise.race(running.values());
  }
  if (errors.length > 0) throw errors[0];
  return failed;
}
