import { plainDisplay } from "./plain.ts";
import { type Output, type Terminal, terminalOn } from "./terminal.ts";

/** `--quiet`: only warnings, errors and the result. */
export function quietTerminal(out: Output, err: Output): Terminal {
  const silent = { progress() {}, line() {}, done() {}, fail() {} };
  return terminalOn({ ...plainDisplay(out, err), step: () => silent, info: () => {} });
}
