/** The time by AWS's clock, where this machine's is wrong: versions are looked up by when they were published. */
import type { S3Client } from "@aws-sdk/client-s3";
import { formatAge } from "../../runtime/core/quantities.ts";
import type { Reporter } from "../terminal/reporter.ts";

/** Answers tell the time in whole seconds, and take some to arrive. */
const WRONG_MS = 60_000;

export class AwsClock {
  readonly #reporter: Reporter;
  #offsetMs = 0;
  /** Where this machine's clock stood, beside one that nobody sets; null: nothing was compared yet. */
  #stood: number | null = null;

  constructor(reporter: Reporter) {
    this.#reporter = reporter;
  }

  now(): Date {
    return new Date(Date.now() + this.#offsetMs);
  }

  /** Whether AWS has to be asked: the clock was set since, or the machine slept. */
  get isUnknown(): boolean {
    return this.#stood === null || Math.abs(standing() - this.#stood) >= WRONG_MS;
  }

  /** Takes over what the client has seen in its last answer; said when it becomes wrong, and when it is right again. */
  follow({ config: { systemClockOffset: ahead } }: S3Client): void {
    const wasWrong = this.#offsetMs !== 0;
    const isWrong = Math.abs(ahead) >= WRONG_MS;
    this.#offsetMs = isWrong ? ahead : 0;
    this.#stood = standing();
    if (isWrong === wasWrong) return;
    if (!isWrong) {
      this.#reporter.info("The clock of this machine is right again");
      return;
    }
    const how = `${formatAge(Math.abs(ahead))} ${ahead > 0 ? "behind" : "ahead of"}`;
    this.#reporter.warn(
      `The clock of this machine is ${how} that of AWS, whose time versions get meanwhile. Try: timedatectl set-ntp true. This is said once`,
    );
  }
}

function standing(): number {
  return Date.now() - performance.now();
}
