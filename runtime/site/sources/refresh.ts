/**
 * When to look for a new version, and how long a request waits for it. One look at a time; a
 * failure is logged and what is there goes on being served.
 */
import { logError } from "../../core/log.ts";

/** A request that asks for a newer version than is served causes a look at most so often. */
const URGENT_MS = 1_000;

export interface RefreshOptions {
  /** Looks for a new version and brings it into service. */
  look: () => Promise<void>;
  /** A look is due when the last one is so long ago. */
  everyMs: number;
  /**
   * A request waits at most so long. Then it is answered from the old version, and the look goes on
   * during the requests that follow (Lambda stops the clock between requests).
   */
  patienceMs: number;
}

export class Refresher {
  readonly #options: RefreshOptions;
  #lastLook = Date.now();
  #running: Promise<void> | null = null;

  constructor(options: RefreshOptions) {
    this.#options = options;
  }

  /** To be called at the start of a request; `urgent` when it asks for a newer version. */
  async beforeRequest(urgent: boolean): Promise<void> {
    // Not negative, however far the clock was set back.
    const age = Math.abs(Date.now() - this.#lastLook);
    if (this.#running === null && age >= (urgent ? URGENT_MS : this.#options.everyMs)) {
      this.#lastLook = Date.now();
      this.#running = this.#look();
    }
    if (this.#running !== null) await atMost(this.#options.patienceMs, this.#running);
  }

  async #look(): Promise<void> {
    try {
      await this.#options.look();
    } catch (error) {
      logError("no new version could be brought into service; the old one is still served", error);
    } finally {
      this.#running = null;
    }
  }
}

async function atMost(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, patience]);
  clearTimeout(timer);
}
