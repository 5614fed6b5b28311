import type { Step } from "../../../src/terminal/reporter.ts";

/** A step that keeps its lines. */
export function recordingStep(): Step & { lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    progress: () => {},
    line: (text) => {
      lines.push(text);
    },
    done: () => {},
    fail: () => {},
  };
}
