/** Why a file could not become tables; `line` (from 1) where the file has lines and one is to blame. */
import { DslError } from "../../core/dsl-error.ts";

export class LoadError extends DslError {
  readonly line: number | null;

  constructor(
    code: string,
    message: string,
    hint: string,
    options: { cause?: unknown; exitCode?: 1 | 2; line?: number } = {},
  ) {
    super(code, message, hint, options);
    this.name = "LoadError";
    this.line = options.line ?? null;
  }
}

/**
 * Thrown by a reader when what it took from the file's beginning (its encoding, what quotes mean) turned
 * out to be wrong further on. It has corrected itself: whoever reads starts again from the beginning.
 */
export class ReadAgain extends Error {}
