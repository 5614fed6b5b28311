/**
 * The way between a function and S3, as slow as the real one: what is asked for comes after a while,
 * and everything that is under way shares one line.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

export const networkSchema = z.strictObject({
  /** Between a request and the first byte of its answer. S3 takes some 30 ms. */
  latencyMs: z.number().min(0).default(0),
  /** Of all answers together; 0 for any. A Lambda environment has 625 Mbit/s: 78. */
  megabytesPerSecond: z.number().min(0).default(0),
});

export type NetworkSettings = z.input<typeof networkSchema>;

/** What a Lambda environment sees of S3. */
export const LAMBDA_NETWORK: NetworkSettings = { latencyMs: 30, megabytesPerSecond: 78 };

export class Network {
  #settings: z.output<typeof networkSchema> = networkSchema.parse({});
  /** When the line is free again. */
  #freeAt = 0;

  /** Throws a ZodError when the settings are not valid. */
  set(settings: NetworkSettings): void {
    this.#settings = networkSchema.parse(settings);
    this.#freeAt = 0;
  }

  get settings(): Readonly<z.output<typeof networkSchema>> {
    return this.#settings;
  }

  /** Resolves when an answer of `bytes` bytes, asked for now, would have arrived. */
  async carry(bytes: number): Promise<void> {
    const { latencyMs, megabytesPerSecond } = this.#settings;
    const now = performance.now();
    const sending = megabytesPerSecond === 0 ? 0 : bytes / 1000 / megabytesPerSecond;
    this.#freeAt = Math.max(this.#freeAt, now + latencyMs) + sending;
    const wait = this.#freeAt - now;
    if (wait > 0) await sleep(wait);
  }
}
