/** Something that fails for a while: said once, tried again at growing distances, and said when it is over. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import { formatDuration } from "../../runtime/core/quantities.ts";
import { awsErrorCode, explainAwsError } from "../aws/errors.ts";
import { systemError } from "../terminal/error-report.ts";
import type { Reporter } from "../terminal/reporter.ts";

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** The advice of commands that have ended. */
const RUN_AGAIN = /\brun\b.*\bagain\b/;

export class Trouble {
  readonly #what: string;
  readonly #reporter: Reporter;
  readonly #firstWaitMs: number;
  #failures = 0;
  #since = 0;
  #retryAt = 0;
  #message: string | null = null;
  readonly #said = new Set<string>();

  /** `what` fails, as a sentence begins: "Publishing to shop". */
  constructor(what: string, reporter: Reporter, firstWaitMs = FIRST_WAIT_MS) {
    this.#what = what;
    this.#reporter = reporter;
    this.#firstWaitMs = firstWaitMs;
  }

  /** What is wrong; null: nothing is. */
  get message(): string | null {
    return this.#message;
  }

  /** Whether it is time to try (again). */
  get mayTry(): boolean {
    return this.#message === null || performance.now() >= this.#retryAt;
  }

  /** Says the error unless one of its kind was said since it last worked. */
  failed(thrown: unknown): void {
    const error = explainAwsError(thrown);
    const ofSystem = systemError(error);
    const code = error instanceof DslError ? error.code : awsErrorCode(error);
    const message = ofSystem?.message ?? (error instanceof Error ? error.message : String(error));
    if (this.#message === null) this.#since = performance.now();
    // Half of it by chance, so that many that fail for one reason do not all come back at once.
    const wait = Math.min(LONGEST_WAIT_MS, this.#firstWaitMs * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 10);
    this.#retryAt = performance.now() + wait * (0.5 + Math.random() / 2);
    this.#message = message;
    if (this.#said.has(code)) return;
    this.#said.add(code);
    const hint = error instanceof DslError && !RUN_AGAIN.test(error.hint) ? error.hint : null;
    const advice = hint === null ? "" : ` Try: ${hint}.`;
    this.#reporter.warn(
      `${this.#what} fails: ${message}.${advice} It is tried again until it works; this is said once`,
    );
    this.#reporter.event("trouble", { what: this.#what, code, message });
  }

  /** To be called whenever it works. */
  worked(): void {
    if (this.#message === null) return;
    const lasted = formatDuration(performance.now() - this.#since);
    this.#message = null;
    this.#failures = 0;
    this.#said.clear();
    this.#reporter.info(`${this.#what} works again, after ${lasted}`);
    this.#reporter.event("recovered", { what: this.#what });
  }
}
