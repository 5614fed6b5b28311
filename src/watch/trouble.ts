/** Something that fails for a while: said once, tried again at growing distances, and said when it is over. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import { formatDuration } from "../../runtime/core/quantities.ts";
import { explainAwsError } from "../aws/errors.ts";
import type { Reporter } from "../terminal/reporter.ts";

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

export class Trouble {
  readonly #what: string;
  readonly #reporter: Reporter;
  #failures = 0;
  #since = 0;
  #retryAt = 0;
  #message: string | null = null;
  #said: string | null = null;

  /** `what` fails, as a sentence begins: "Publishing to shop". */
  constructor(what: string, reporter: Reporter) {
    this.#what = what;
    this.#reporter = reporter;
  }

  /** What is wrong; null: nothing is. */
  get message(): string | null {
    return this.#message;
  }

  /** Whether it is time to try (again). */
  get mayTry(): boolean {
    return this.#message === null || performance.now() >= this.#retryAt;
  }

  /** Says the error unless it is the one that was said last. */
  failed(thrown: unknown): void {
    const error = explainAwsError(thrown);
    const code = error instanceof DslError ? error.code : String(error);
    const message = error instanceof Error ? error.message : String(error);
    if (this.#message === null) this.#since = performance.now();
    // Half of it by chance, so that many that fail for one reason do not all come back at once.
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 10);
    this.#retryAt = performance.now() + wait * (0.5 + Math.random() / 2);
    this.#message = message;
    if (code === this.#said) return;
    this.#said = code;
    const hint = error instanceof DslError ? ` Try: ${error.hint}.` : "";
    this.#reporter.warn(
      `${this.#what} fails: ${message}.${hint} It is tried again until it works; this is said once`,
    );
    this.#reporter.event("trouble", { what: this.#what, code, message });
  }

  /** To be called whenever it works. */
  worked(): void {
    if (this.#message === null) return;
    const lasted = formatDuration(performance.now() - this.#since);
    this.#message = null;
    this.#failures = 0;
    this.#said = null;
    this.#reporter.info(`${this.#what} works again, after ${lasted}`);
    this.#reporter.event("recovered", { what: this.#what });
  }
}
