import type { ErrorReport } from "./error-report.ts";
import type { Reporter } from "./reporter.ts";

/** A Reporter plus what only `cli.ts` says: how the command ended when it did not succeed. */
export interface Terminal extends Reporter {
  /** Ends the running step, if any, and prints the error. */
  error(report: ErrorReport): void;
  /** Ends the running step, if any, and says that the command was stopped (Ctrl-C). */
  interrupted(): void;
}

/** Where text goes; process.stdout and process.stderr, or a string in tests. */
export interface Output {
  write(text: string): unknown;
}
