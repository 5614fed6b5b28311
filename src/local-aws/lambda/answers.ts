/** What Lambda says about the outcome of a request: to the caller, and in the log. */
import type { Outcome } from "./environment.ts";
import { RESPONSE_LIMIT } from "./limits.ts";

export interface Answer {
  /** JSON: what the handler returned, or the error. */
  body: string;
  functionError?: "Unhandled";
  /** Line for the log, if the platform has something to say. */
  logLine?: string;
}

/** `seconds` is the function's timeout. */
export function answerFor(outcome: Outcome, requestId: string, seconds: number): Answer {
  switch (outcome.type) {
    case "result": {
      if (Buffer.byteLength(outcome.body) <= RESPONSE_LIMIT) return { body: outcome.body };
      const errorMessage = `Response payload size exceeded maximum allowed payload size (${RESPONSE_LIMIT} bytes).`;
      return {
        ...failure("Function.ResponseSizeTooLarge", errorMessage),
        logLine: `${errorMessage}\tRequestId: ${requestId}`,
      };
    }
    case "error":
    case "crash":
      return { body: JSON.stringify(outcome.error), functionError: "Unhandled" };
    case "exit": {
      const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: ${outcome.description}`;
      return {
        ...failure("Runtime.ExitError", errorMessage),
        logLine: `${errorMessage} Runtime.ExitError`,
      };
    }
    case "timeout": {
      const what = `Task timed out after ${seconds.toFixed(2)} seconds`;
      return {
        ...failure("Sandbox.Timedout", `RequestId: ${requestId} Error: ${what}`),
        logLine: `${new Date().toISOString()} ${requestId} ${what}`,
      };
    }
  }
}

export function failure(errorType: string, errorMessage: string): Answer {
  return { body: JSON.stringify({ errorType, errorMessage }), functionError: "Unhandled" };
}

export interface Report {
  requestId: string;
  /** Milliseconds. */
  duration: number;
  initDuration: number | undefined;
  /** Megabytes. */
  memorySize: number;
  memoryUsed: number;
}

/** The same for the JSON format. */
export function reportRecord(report: Report): Record<string, unknown> {
  const { requestId, duration, initDuration = 0, memorySize, memoryUsed } = report;
  const metrics = {
    durationMs: duration,
    billedDurationMs: Math.ceil(duration + initDuration),
    memorySizeMB: memorySize,
    maxMemoryUsedMB: memoryUsed,
    ...(initDuration > 0 && { initDurationMs: initDuration }),
  };
  return { requestId, metrics, status: "success" };
}

export function reportLine(report: Report): string {
  const { requestId, duration, initDuration = 0, memorySize, memoryUsed } = report;
  return [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${duration.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(duration + initDuration)} ms`,
    `Memory Size: ${memorySize} MB`,
    `Max Memory Used: ${memoryUsed} MB`,
    ...(initDuration > 0 ? [`Init Duration: ${initDuration.toFixed(2)} ms`] : []),
  ].join("\t");
}
