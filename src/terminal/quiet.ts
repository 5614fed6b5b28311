import { plainTerminal } from "./plain.ts";
import type { Output, Terminal } from "./terminal.ts";

/** `--quiet`: only warnings, errors and the result. */
export function quietTerminal(out: Output, err: Output): Terminal {
  const silent = { progress() {}, line() {}, done() {}, fail() {} };
  return { ...plainTerminal(out, err), step: () => silent, info: () => {} };
}
