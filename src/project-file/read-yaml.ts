/** Files that people write for us: YAML, or JSON, which is read as the YAML that it is. */
import { readFile } from "node:fs/promises";
import { parse as parseYaml, YAMLParseError } from "yaml";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { pathProblem } from "../../runtime/core/path-problem.ts";

/** What the file says; null where it is empty. Throws a DslError with the place of the first mistake. */
export async function readYaml(file: string): Promise<unknown> {
  return parse(file, await readText(file));
}

/**
 * What `read` makes of YAML; undefined when aliases lead into themselves, which is no data, or stand
 * for far more than is written.
 */
export function finite(read: () => unknown): unknown {
  try {
    const data = read();
    JSON.stringify(data);
    return data;
  } catch (error) {
    const isEndless = [RangeError, ReferenceError, TypeError].some((kind) => error instanceof kind);
    if (isEndless) return undefined;
    throw error;
  }
}

function parse(file: string, text: string): unknown {
  try {
    const data = finite(() => parseYaml(text));
    if (data !== undefined) return data;
    throw new DslError(
      "invalid_config",
      `${file} has aliases (*name) that stand for too much`,
      "write them out",
    );
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const [what = ""] = error.message.split("\n");
    throw new DslError(
      "invalid_config",
      `${file} is neither YAML nor JSON: ${what.replace(/:$/, "")}`,
      `correct that place in ${file}`,
      { cause: error },
    );
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new DslError(
      "unreadable_config",
      `${file} ${pathProblem(error) ?? "cannot be read"}`,
      "the path of a YAML or JSON file",
      { cause: error },
    );
  }
}
