/**
 * What every way of printing has in common. Texts that come from elsewhere (names of tables and
 * files, events of stacks, what AWS answers) pass through here on their way to a display, and
 * nowhere else.
 */
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { Aftermath, ErrorReport } from "./error-report.ts";
import { printable } from "./printable.ts";
import type { Reporter, Step } from "./reporter.ts";

/** A Reporter plus what only `cli.ts` says: how the command ended when it did not succeed. */
export interface Terminal extends Reporter {
  /** Ends the running step, if any, and prints the error. */
  error(report: ErrorReport): void;
  /** Ends the running step, if any, and says what the stopped command leaves behind. */
  interrupted(): void;
}

/** One way of printing. */
export interface Display {
  step(title: string): Step;
  info(message: string): void;
  warn(message: string): void;
  event(name: string, data: Record<string, unknown>): void;
  output(line: string, name: string, data: Record<string, unknown>): void;
  result(lines: string[], data: Record<string, unknown>): void;
  /** Throws `nobodyToAsk` where nobody can answer, `Interrupted` for Ctrl-C. */
  ask(question: string): Promise<boolean>;
  error(report: ErrorReport): void;
  interrupted(aftermath: Aftermath | null): void;
}

/** Where text goes; process.stdout and process.stderr, or a string in tests. */
export interface Output {
  write(text: string): unknown;
}

/**
 * The terminal that shows everything on `display`, whose texts `clean` makes harmless; errors and
 * interruptions become so when their lines are made (error-report.ts).
 */
export function terminalOn(display: Display, clean = printable): Terminal {
  let aftermath: Aftermath | null = null;
  return {
    step: (title) => cleanStep(display.step(clean(title)), clean),
    info: (message) => display.info(clean(message)),
    warn: (message) => display.warn(clean(message)),
    event: display.event,
    output: (line, name, data) => display.output(clean(line), name, data),
    result: (lines, data) => display.result(lines.map(clean), data),
    confirm: async (question, ifNot) => {
      if (!(await display.ask(clean(question)))) throw declined(ifNot);
    },
    ifInterrupted: (state, next) => {
      aftermath = { state, next };
    },
    error: display.error,
    interrupted: () => display.interrupted(aftermath),
  };
}

function cleanStep(step: Step, clean: (text: string) => string): Step {
  return {
    progress: (done, total, detail) => step.progress(done, total, detail && clean(detail)),
    line: (text) => step.line(clean(text)),
    done: (summary) => step.done(summary && clean(summary)),
    fail: (summary) => step.fail(summary && clean(summary)),
  };
}

function declined(ifNot: string): DslError {
  return new DslError("declined", "Stopped, because the answer was no", ifNot);
}
