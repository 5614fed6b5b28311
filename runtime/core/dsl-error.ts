/**
 * The one error class that commands throw on purpose.
 *
 * `message` is one sentence that contains the value that was wrong; `hint` says what to do next and
 * is printed after `Try:`. `exitCode` is 1 for failures, 2 for usage errors, 3 where somebody else does now what
 * the command did, so that it must not be started again by itself, and 4 where the same command goes on once
 * somebody has done something elsewhere. The original error,
 * if any, goes into `cause`: it is shown only with `DSL_DEBUG=1`.
 */
export class DslError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly exitCode: 1 | 2 | 3 | 4;

  constructor(
    code: string,
    message: string,
    hint: string,
    options: { cause?: unknown; exitCode?: 1 | 2 | 3 | 4 } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "DslError";
    this.code = code;
    this.hint = hint;
    this.exitCode = options.exitCode ?? 1;
  }
}
