import { styleText } from "node:util";
import { log, type SpinnerResult, settings, spinner } from "@clack/prompts";
import { askOnTerminal } from "./confirm.ts";
import { type ErrorReport, errorLines } from "./error-report.ts";
import type { Step } from "./reporter.ts";
import type { Terminal } from "./terminal.ts";

// While it spins, clack listens for keys; only Ctrl-C shall end a deployment.
settings.aliases.delete("escape");

const TO_STDERR = { stream: process.stderr };
const GUIDE = { output: process.stderr, withGuide: false };

/** Colours and a spinner, for a person at a terminal: progress on stderr, the result on stdout. */
export function interactiveTerminal(): Terminal {
  let active: Step | null = null;
  const endActive = () => {
    active?.fail();
    active = null;
  };
  watchForEarlyExit(() => active !== null);
  return {
    step: (title) => {
      endActive();
      const step = spinnerStep(title, () => {
        active = null;
      });
      active = step;
      return step;
    },
    info: (message) => log.info(message, GUIDE),
    warn: (message) => log.warn(message, GUIDE),
    event: () => {},
    result: (lines) => {
      process.stdout.write(lines.map((line) => `${line}\n`).join(""));
    },
    confirm: askOnTerminal,
    error: (report: ErrorReport) => {
      endActive();
      const [message, ...rest] = errorLines(report);
      process.stderr.write(`${styleText("red", message!, TO_STDERR)}\n${rest.join("\n")}\n`);
    },
    interrupted: () => {
      endActive();
      process.stderr.write("Interrupted.\n");
    },
  };
}

function spinnerStep(title: string, ended: () => void): Step {
  const spin: SpinnerResult = spinner({ ...GUIDE, cancelMessage: `${title}: interrupted` });
  let message = title;
  spin.start(message);
  return {
    progress: (done, total, detail) => {
      const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
      message = `${title} ${percent} %${detail === undefined ? "" : `, ${detail}`}`;
      spin.message(message);
    },
    line: (text) => {
      spin.clear();
      process.stderr.write(`${styleText("dim", `   ${text}`, TO_STDERR)}\n`);
      spin.start(message);
    },
    done: (summary) => {
      spin.stop(summary === undefined ? title : `${title}: ${summary}`);
      ended();
    },
    fail: (summary) => {
      spin.error(`${title}: ${summary ?? "failed"}`);
      ended();
    },
  };
}

/**
 * While it spins, clack reads keys in raw mode, so Ctrl-C is no signal but a key on which clack
 * exits with 0. A process that ends in the middle of a step has not succeeded.
 */
function watchForEarlyExit(stepIsRunning: () => boolean): void {
  process.on("exit", (code) => {
    if (code !== 0 || !stepIsRunning()) return;
    process.stderr.write("Interrupted.\n");
    process.exitCode = 130;
  });
}
