const MINUTE_MS = 60_000;

/** Counts what happens, so that it does not happen more than so many times a minute. */
export class PerMinute {
  /** Oldest first. */
  #times: number[] = [];

  /** Whether it may happen once more; `most` is 0 for no limit. */
  hasRoom(most: number): boolean {
    const now = Date.now();
    // Times that a clock said which was set back since do not count for ever.
    this.#times = this.#times.filter((time) => Math.abs(now - time) < MINUTE_MS);
    return most === 0 || this.#times.length < most;
  }

  note(): void {
    this.#times.push(Date.now());
  }
}
