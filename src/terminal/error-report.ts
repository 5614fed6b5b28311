import { inspect } from "node:util";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { pathProblem } from "../../runtime/core/path-problem.ts";
import { printable } from "./printable.ts";

/** What is said about an error; `debug` (stack and causes) only with `DSL_DEBUG=1`. */
export interface ErrorReport {
  code: string;
  message: string;
  hint: string;
  exitCode: 1 | 2 | 3 | 4;
  debug: string | null;
}

/** What goes on after an interruption, and what to do about it. */
export interface Aftermath {
  state: string;
  next: string;
}

/**
 * Any thrown value as an ErrorReport. What is neither a DslError nor something that the operating
 * system has against a file is a fault of dsl and says so.
 */
export function reportOf(error: unknown, debugging = process.env.DSL_DEBUG === "1"): ErrorReport {
  const debug = debugging ? inspect(error) : null;
  if (error instanceof DslError) {
    const { code, message, hint, exitCode } = error;
    return { code, message, hint, exitCode, debug };
  }
  const ofSystem = systemError(error);
  if (ofSystem !== null) return { ...ofSystem, exitCode: 1, debug };
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: "unexpected",
    message: `dsl failed unexpectedly: ${message}`,
    hint: "run it again with DSL_DEBUG=1 to see where, and report it with that output",
    exitCode: 1,
    debug,
  };
}

/** A file or folder that nobody expected to fail: it is the machine that has to be put right. null for other errors. */
export function systemError(
  error: unknown,
): { code: string; message: string; hint: string } | null {
  const problem = pathProblem(error);
  const { path } = error as NodeJS.ErrnoException;
  if (problem === null || typeof path !== "string") return null;
  return {
    code: "file_error",
    message: `${path} ${problem}`,
    hint: "put that right, then run the same command again; DSL_DEBUG=1 shows what it was for",
  };
}

/** The lines for people: `Error:`, `Try:` and, when debugging, where it happened. */
export function errorLines(report: ErrorReport): string[] {
  const lines = [`Error: ${report.message}`, `Try: ${report.hint}`];
  return [...lines, ...(report.debug?.split("\n") ?? [])].map(printable);
}

/** The lines for people when Ctrl-C or a signal has stopped the command. */
export function interruptionLines(aftermath: Aftermath | null): string[] {
  if (aftermath === null) return ["Interrupted."];
  return [`Interrupted. ${aftermath.state}`, `Try: ${aftermath.next}`].map(printable);
}
