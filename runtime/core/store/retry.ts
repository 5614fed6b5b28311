/** Trying again with exponential backoff and full jitter. */

export interface RetryPolicy {
  attempts: number;
  /** The wait before the second attempt is at most this, then twice that, and so on. */
  firstWaitMs: number;
  longestWaitMs: number;
}

/** With a tenth of all requests failing, one in a hundred million gives up. */
export const S3_RETRIES: RetryPolicy = { attempts: 8, firstWaitMs: 50, longestWaitMs: 2_000 };

/** For a conditional write that S3 answers with 409 because another one of the same key is under way. */
export const CONFLICTS = { attempts: 10, firstWaitMs: 50 };

/**
 * The first result of `attempt` that is not an error. Throws the last error when the attempts are
 * used up, when `signal` is aborted, or when `isTransient` says that trying again is of no use.
 */
export async function retry<T>(
  policy: RetryPolicy,
  signal: AbortSignal | null,
  isTransient: (error: unknown) => boolean,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let made = 1; ; made++) {
    try {
      return await attempt();
    } catch (error) {
      if (made >= policy.attempts || signal?.aborted || !isTransient(error)) throw error;
      const longest = Math.min(policy.firstWaitMs * 2 ** (made - 1), policy.longestWaitMs);
      await pause(Math.random() * longest, signal);
      if (signal?.aborted) throw error;
    }
  }
}

/** Waits; less when `signal` is aborted. */
function pause(milliseconds: number, signal: AbortSignal | null): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    signal?.addEventListener("abort", finish);
  });
}
