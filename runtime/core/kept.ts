/** An answer that is good for some time. When it cannot be had anew, the one of before goes on being used. */
export class Kept<T> {
  readonly #milliseconds: number;
  readonly #read: () => Promise<T>;
  #value: { value: T; until: number } | null = null;

  constructor(milliseconds: number, read: () => Promise<T>) {
    this.#milliseconds = milliseconds;
    this.#read = read;
  }

  /** Throws what reading throws when there was no answer yet. */
  async get(): Promise<T> {
    const now = Date.now();
    if (this.#value !== null && now < this.#value.until) return this.#value.value;
    try {
      this.#value = { value: await this.#read(), until: now + this.#milliseconds };
    } catch (error) {
      if (this.#value === null) throw error;
      this.#value.until = now + this.#milliseconds;
    }
    return this.#value.value;
  }
}
