import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { pathProblem } from "../../runtime/core/path-problem.ts";
import type { Project } from "./project.ts";

/** Looked for in the current folder, in this order. */
const NAMES = ["dsl.yaml", "dsl.yml"];

/**
 * The file that a command goes by: the one that was named, else dsl.yaml here; null when there is none.
 * Throws a DslError for one that cannot be read, and for an environment without a file.
 */
export async function openProject(
  named: string | undefined,
  environment: string | undefined,
): Promise<Project | null> {
  for (const path of named === undefined ? NAMES : [named]) {
    const text = await textOf(path, named !== undefined);
    if (text === null) continue;
    // Loaded where there is a file: it brings a YAML parser.
    const { readProject } = await import("./project.ts");
    return readProject(path, text, dirname(path), environment ?? null);
  }
  if (environment === undefined) return null;
  throw new DslError(
    "no_file",
    `There is no dsl.yaml here, so there is no environment "${environment}"`,
    "go to the folder that has one, or name it with --file",
    { exitCode: 2 },
  );
}

async function textOf(path: string, isRequired: boolean): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if (!isRequired && (cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    const why = pathProblem(cause) ?? "cannot be read";
    throw new DslError("unreadable_file", `${path} ${why}`, "dsl init writes one", { cause });
  }
}
