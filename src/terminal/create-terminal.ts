import { ndjsonTerminal } from "./ndjson.ts";
import { plainTerminal } from "./plain.ts";
import { quietTerminal } from "./quiet.ts";
import type { Terminal } from "./terminal.ts";

/**
 * The terminal that the command line asks for. Read from the raw arguments, before they are parsed,
 * because a mistake in them must be reported in the form that was asked for.
 */
export async function createTerminal(args: readonly string[]): Promise<Terminal> {
  if (args.includes("--json")) return ndjsonTerminal(process.stdout, process.stderr);
  if (args.includes("--quiet")) return quietTerminal(process.stdout, process.stderr);
  if (!isInteractive()) return plainTerminal(process.stdout, process.stderr);
  const { interactiveTerminal } = await import("./interactive.ts");
  return interactiveTerminal();
}

function isInteractive(): boolean {
  const { CI, NO_COLOR, TERM } = process.env;
  return process.stderr.isTTY && !CI && !NO_COLOR && TERM !== "dumb";
}
