import { type RetryPolicy, retry } from "../../runtime/core/store/retry.ts";

/**
 * On top of the SDK's own retries, which end early while a service is throttling, and which do not
 * cover an answer that breaks off in its body.
 */
const SDK_RETRIES: RetryPolicy = { attempts: 4, firstWaitMs: 200, longestWaitMs: 800 };

/** Connections that break. One that is refused was tried often enough by the SDK. */
const NETWORK_CODES = /^(ECONNRESET|EPIPE|ETIMEDOUT|EAI_AGAIN|ERR_STREAM_PREMATURE_CLOSE)$/;
const TRANSIENT_NAMES =
  /Timeout|Throttl|SlowDown|InternalError|ServiceUnavailable|RequestTimeTooSkewed/i;

/** Runs an idempotent operation again, after growing random pauses, when it failed for now only. */
export function retried<T>(operation: () => Promise<T>): Promise<T> {
  return retry(SDK_RETRIES, null, isTransient, operation);
}

function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const status = httpStatus(error);
  if (status !== null && status >= 500) return true;
  if ("code" in error && NETWORK_CODES.test(String(error.code))) return true;
  // An answer that says 200 and then breaks off or does not add up.
  if (status === 200 || error.message === "aborted" || /checksum/i.test(error.message)) return true;
  return TRANSIENT_NAMES.test(error.name);
}

/** The HTTP status of an SDK error's answer; null when there was none. */
export function httpStatus(error: unknown): number | null {
  if (!(error instanceof Error) || !("$metadata" in error)) return null;
  const { httpStatusCode } = error.$metadata as { httpStatusCode?: number };
  return httpStatusCode ?? null;
}
