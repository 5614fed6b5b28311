import { readFile } from "node:fs/promises";
import { DslError } from "../../runtime/core/dsl-error.ts";

/** Of a file with a secret; `what` is its name in a sentence. Throws a usage DslError. */
export async function firstLine(path: string, what: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).split(/\r?\n/)[0]!;
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new DslError(
      "unreadable_secret",
      `${what} ${path} cannot be read (${why})`,
      "check its path",
      {
        exitCode: 2,
      },
    );
  }
}
