/** Quotas of Lambda: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */

/** Function and layers together, unpacked; bytes. */
export const UNZIPPED_LIMIT = 262_144_000;
/** A zip that is sent in the request itself; bytes. */
export const DIRECT_ZIP_LIMIT = 52_428_800;
/** An event, as JSON; bytes. */
export const REQUEST_LIMIT = 6_291_456;
/** A response, as JSON; bytes. Lambda allows a hundred more than six mebibytes. */
export const RESPONSE_LIMIT = 6_291_556;
/** All environment variables of a function, as JSON; bytes. */
export const ENVIRONMENT_LIMIT = 4096;
/** Seconds that loading the handler's module may take. */
export const INIT_SECONDS = 10;
/**
 * Environments of one function without reserved concurrency. An account has 1,000 for all functions
 * together (a new one may have 10); each is a process here, so fewer have to do.
 */
export const DEFAULT_CONCURRENCY = 50;

/**
 * How Lambda starts Node, as the bootstrap of its nodejs runtimes has it: nine tenths of the function's memory
 * for old objects and a twentieth for new ones. Without the latter V8 takes 48 MB for new ones however small
 * the function is.
 */
export function heapFlags(megabytes: number): string[] {
  return [
    `--max-old-space-size=${Math.floor(megabytes * 0.9)}`,
    `--max-semi-space-size=${Math.floor(megabytes * 0.05)}`,
  ];
}
