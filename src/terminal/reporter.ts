/**
 * What commands say while they work. One implementation each for an interactive terminal, plain
 * lines, NDJSON (`--json`) and `--quiet`; `terminal/` is the only place that prints.
 */
export interface Reporter {
  /** Starts a step that takes time, such as "Uploading blocks". Steps do not nest or overlap. */
  step(title: string): Step;
  /** A fact worth a line: "Stack northwind is in ROLLBACK_COMPLETE: deleting it". */
  info(message: string): void;
  /** Something the user should know although the command succeeds. */
  warn(message: string): void;
  /** A machine-readable event; shown only by the NDJSON reporter as `{"event": name, ...data}`. */
  event(name: string, data: Record<string, unknown>): void;
  /**
   * A part of what was asked for, as it comes: `line` for people, on stdout; for `--json`
   * `{"event": name, ...data}`.
   */
  output(line: string, name: string, data: Record<string, unknown>): void;
  /** The outcome: `lines` for people, `data` for `--json`. Shown even with `--quiet`. */
  result(lines: string[], data: Record<string, unknown>): void;
  /**
   * Asks yes or no and resolves for yes. Throws DslError `declined` for no, with `ifNot` as its hint:
   * what to do for another outcome; a usage DslError where nobody can answer (non-TTY, `--json`).
   */
  confirm(question: string, ifNot: string): Promise<void>;
  /**
   * What is true from now on if the command is stopped half-way, and what to do then:
   * ("CloudFormation may still be creating stack shop.", "the same command again: it waits for it").
   */
  ifInterrupted(state: string, next: string): void;
}

export interface Step {
  /** Progress in whatever unit the step counts; `detail` such as "12.1 of 40.0 MB, 31 of 96 blocks". */
  progress(done: number, total: number, detail?: string): void;
  /** A line under the step, such as a stack event. */
  line(text: string): void;
  done(summary?: string): void;
  fail(summary?: string): void;
}
