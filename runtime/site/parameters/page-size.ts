import { badRequest } from "../errors.ts";

/**
 * `_size`: blank is the default, `max` the maximum, more than the maximum is refused.
 * @throws HttpError 400
 */
export function parsePageSize(
  size: string | number | null | undefined,
  byDefault: number,
  maximum: number,
): number {
  if (size === undefined || size === null || size === "" || size === 0) return byDefault;
  if (size === "max") return maximum;
  const number = typeof size === "number" ? size : parseInteger(size);
  if (number === null || number < 0) throw badRequest("_size must be a positive integer");
  if (number > maximum) throw badRequest(`_size must be <= ${maximum}`);
  return number;
}

/** As Python's `int`: a sign and surrounding white space are fine. */
function parseInteger(text: string): number | null {
  return /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : null;
}
