/** What the local Lambda and its environments tell each other. */

export interface ToEnvironment {
  requestId: string;
  functionArn: string;
  traceId: string;
  /** JSON. */
  event: string;
  /** Milliseconds since 1970. */
  deadline: number;
  /** By how much the clock of the environment's main thread is off: a fault on purpose. */
  clockOffsetMs: number;
}

export interface InvokeError {
  errorType: string;
  errorMessage: string;
  trace: string[];
}

export type FromEnvironment =
  | { type: "ready" }
  /** `body` is JSON; `memory` the most that was ever used, in megabytes. */
  | { type: "result"; body: string; memory: number }
  | { type: "error"; error: InvokeError; memory: number }
  /** The process cannot go on. */
  | { type: "crash"; error: InvokeError };

/** Ends the output of a request on stdout and stderr, followed by its id; no log line has a NUL. */
export const END_MARK = "\0end ";
