/** Megabytes of /tmp: https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html */
export const SMALLEST_TMP = 512;
const LARGEST_TMP = 10_240;
/** Left for SQLite's temporary files: sorting, and the indexes that a query makes for itself. */
export const TMP_SLACK = 128;

/** Megabytes that `--cache-mb` takes. */
export const LARGEST_CACHE = LARGEST_TMP - TMP_SLACK;
