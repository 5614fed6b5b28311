import type { Throttling } from "./apis.ts";

/** The token buckets of the APIs: each request takes a token, and where there is none it is refused. */
export class Throttle {
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  /** Whether a request of this API may pass at `now` (milliseconds). */
  admits(apiId: string, { rate, burst }: Throttling, now = performance.now()): boolean {
    const { tokens, at } = this.#buckets.get(apiId) ?? { tokens: burst, at: now };
    const filled = Math.min(burst, tokens + ((now - at) / 1000) * rate);
    const admitted = filled >= 1;
    this.#buckets.set(apiId, { tokens: admitted ? filled - 1 : filled, at: now });
    return admitted;
  }
}
