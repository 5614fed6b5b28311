/** Output that nobody takes must not break what the command does, which may be half a deployment. */

/**
 * From here on, stdout and stderr may be closed (`| head -1`) or full: what is printed then is lost,
 * and the command goes on. Resolves with what made stdout lose something, once everything is
 * written; null when nothing is lost or the reader has closed the pipe, which is the reader's choice.
 */
export function outputMayBeLost(): () => Promise<Error | null> {
  let lost: Error | null = null;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") lost ??= error;
  });
  process.stderr.on("error", () => {});
  return async () => {
    await new Promise<unknown>((resolve) => process.stdout.write("", resolve));
    return lost;
  };
}
