import { ndjsonTerminal } from "./ndjson.ts";
import { plainTerminal } from "./plain.ts";
import { quietTerminal } from "./quiet.ts";
import type { Terminal } from "./terminal.ts";

/**
 * The terminal that the command line asks for. Read from the raw arguments, before they are parsed,
 * because a mistake in them must be reported in the form that was asked for.
 */
export async function createTerminal(args: readonly string[]): Promise<Terminal> {
  const { stdout, stderr } = process;
  if (args.includes("--json")) return ndjsonTerminal(stdout, stderr);
  if (args.includes("--quiet")) return quietTerminal(stdout, stderr);
  if (!isInteractive()) return plainTerminal(stdout, stderr);
  const { interactiveTerminal } = await import("./interactive.ts");
  return interactiveTerminal(stdout, stderr);
}

function isInteractive(): boolean {
  const { CI, NO_COLOR, TERM } = process.env;
  return process.stderr.isTTY && !CI && !NO_COLOR && TERM !== "dumb";
}
