import { askOnTerminal } from "./confirm.ts";
import { errorLines, interruptionLines } from "./error-report.ts";
import type { Step } from "./reporter.ts";
import { type Display, type Output, type Terminal, terminalOn } from "./terminal.ts";
import { throttle } from "./throttle.ts";

const PROGRESS_INTERVAL_MS = 5_000;

/**
 * Lines without colours or movement, for pipes, CI and NO_COLOR: what happens goes to `err`, the
 * result to `out`.
 */
export function plainTerminal(out: Output, err: Output): Terminal {
  return terminalOn(plainDisplay(out, err));
}

export function plainDisplay(out: Output, err: Output): Display {
  return {
    step: (title) => plainStep(title, err),
    info: (message) => err.write(`${message}\n`),
    warn: (message) => err.write(`Warning: ${message}\n`),
    event: () => {},
    output: (line) => out.write(`${line}\n`),
    result: (lines) => out.write(lines.map((line) => `${line}\n`).join("")),
    ask: askOnTerminal,
    error: (report) => err.write(`${errorLines(report).join("\n")}\n`),
    interrupted: (aftermath) => err.write(`${interruptionLines(aftermath).join("\n")}\n`),
  };
}

function plainStep(title: string, err: Output): Step {
  const due = throttle(PROGRESS_INTERVAL_MS);
  err.write(`${title} ...\n`);
  return {
    progress: (done, total, detail) => {
      if (due()) err.write(`  ${detail ?? `${done} of ${total}`}\n`);
    },
    line: (text) => err.write(`  ${text}\n`),
    done: (summary) => err.write(summary === undefined ? "" : `  ${summary}\n`),
    fail: (summary) => err.write(`  ${summary ?? "failed"}\n`),
  };
}
