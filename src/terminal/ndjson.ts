import { printableJson } from "../../runtime/core/active-characters.ts";
import { nobodyToAsk } from "./confirm.ts";
import { errorLines, interruptionLines } from "./error-report.ts";
import type { Step } from "./reporter.ts";
import { type Display, type Output, type Terminal, terminalOn } from "./terminal.ts";
import { throttle } from "./throttle.ts";

const PROGRESS_INTERVAL_MS = 250;

/** `--json`: one object a line on `out`; the events are described in docs/json-events.md. */
export function ndjsonTerminal(out: Output, err: Output): Terminal {
  const emit = (event: string, data: Record<string, unknown>) =>
    out.write(`${printableJson({ event, ...data })}\n`);
  const display: Display = {
    step: (title) => ndjsonStep(title, emit),
    info: (message) => emit("info", { message }),
    warn: (message) => emit("warning", { message }),
    event: emit,
    output: (_line, name, data) => emit(name, data),
    result: (_lines, data) => emit("result", data),
    ask: async (question) => {
      throw nobodyToAsk(question);
    },
    error: (report) => {
      const { code, message, hint } = report;
      emit("error", { code, message, hint });
      err.write(`${errorLines(report).join("\n")}\n`);
    },
    interrupted: (aftermath) => {
      emit("interrupted", aftermath ? { message: aftermath.state, hint: aftermath.next } : {});
      err.write(`${interruptionLines(aftermath).join("\n")}\n`);
    },
  };
  // JSON has escapes of its own, which keep what they escape.
  return terminalOn(display, (text) => text);
}

function ndjsonStep(
  title: string,
  emit: (event: string, data: Record<string, unknown>) => void,
): Step {
  const due = throttle(PROGRESS_INTERVAL_MS);
  emit("step_started", { title });
  return {
    progress: (done, total, detail) => {
      if (due() || done === total) emit("step_progress", { title, done, total, detail });
    },
    line: (text) => emit("step_line", { title, text }),
    done: (summary) => emit("step_done", { title, summary }),
    fail: (summary) => emit("step_failed", { title, summary }),
  };
}
