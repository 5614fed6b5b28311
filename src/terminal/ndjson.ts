import { nobodyToAsk } from "./confirm.ts";
import { type ErrorReport, errorLines } from "./error-report.ts";
import type { Step } from "./reporter.ts";
import type { Output, Terminal } from "./terminal.ts";
import { throttle } from "./throttle.ts";

const PROGRESS_INTERVAL_MS = 250;

/** `--json`: one object a line on `out`; the events are described in docs/json-events.md. */
export function ndjsonTerminal(out: Output, err: Output): Terminal {
  const emit = (event: string, data: Record<string, unknown>) =>
    out.write(`${JSON.stringify({ event, ...data })}\n`);
  return {
    step: (title) => ndjsonStep(title, emit),
    info: (message) => emit("info", { message }),
    warn: (message) => emit("warning", { message }),
    event: emit,
    result: (_lines, data) => emit("result", data),
    confirm: async (question) => {
      throw nobodyToAsk(question);
    },
    error: (report: ErrorReport) => {
      const { code, message, hint } = report;
      emit("error", { code, message, hint });
      err.write(`${errorLines(report).join("\n")}\n`);
    },
    interrupted: () => {
      emit("interrupted", {});
      err.write("Interrupted.\n");
    },
  };
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
