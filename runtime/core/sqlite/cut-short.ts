/**
 * How often statements of this process were ended before they had said everything: what is answered then
 * may be incomplete (a facet, a count, labels that are missing). Whoever compares the number before and
 * after an answer knows; other requests in between can only make a complete answer look incomplete.
 */
let times = 0;

export function noteCutShort(): void {
  times += 1;
}

export function timesCutShort(): number {
  return times;
}
