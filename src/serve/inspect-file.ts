/** The JSON that `datasette inspect` writes: counts and hashes of databases that do not change. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { pathProblem } from "../../runtime/core/path-problem.ts";

const InspectFile = z.record(
  z.string(),
  z.object({
    hash: z.string().optional(),
    size: z.number().optional(),
    file: z.string().optional(),
    tables: z.record(z.string(), z.object({ count: z.number().int().nonnegative() })).default({}),
  }),
);

/** By database name. */
export type InspectData = z.infer<typeof InspectFile>;

/** Throws a DslError when the file cannot be read or is something else. */
export async function readInspectFile(path: string): Promise<InspectData> {
  try {
    return InspectFile.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    const problem = pathProblem(error);
    if (problem !== null) {
      throw new DslError(
        "unreadable_inspect_file",
        `${path} ${problem}`,
        "the path of a JSON file",
        {
          cause: error,
        },
      );
    }
    const reason =
      error instanceof z.ZodError
        ? z.prettifyError(error).split("\n")[0]
        : (error as Error).message;
    throw new DslError(
      "invalid_inspect_file",
      `${path} is not an inspect file: ${reason}`,
      "make one with: datasette inspect data.db --inspect-file counts.json",
      { cause: error },
    );
  }
}
