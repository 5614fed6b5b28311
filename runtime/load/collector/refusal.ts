/** Why a request is not taken; nothing of it is queued then. */
export class Refusal extends Error {
  readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 415;
  /** One sentence each: the message is the first. */
  readonly errors: readonly string[];
  /** Of the body, from 1. */
  readonly line: number | null;

  constructor(
    status: Refusal["status"],
    message: string | readonly string[],
    line: number | null = null,
  ) {
    const errors = typeof message === "string" ? [message] : message;
    super(errors.join("; "));
    this.status = status;
    this.errors = errors;
    this.line = line;
  }
}
