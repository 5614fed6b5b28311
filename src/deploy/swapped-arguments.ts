import { statSync } from "node:fs";
import { DslError } from "../../runtime/core/dsl-error.ts";

/** Throws a usage DslError for `dsl update-stack shop.db shop`: a file where the name should be. */
export function checkOrder(stackName: string, databases: readonly string[]): void {
  if (!isFile(stackName)) return;
  const name = databases.find((path) => !isFile(path) && /^[A-Za-z][A-Za-z0-9-]*$/.test(path));
  // No site's name has a point in it.
  if (name === undefined && !stackName.includes(".")) return;
  const files = [stackName, ...databases.filter((path) => path !== name)];
  throw new DslError(
    "swapped_arguments",
    `The name of the site comes first, and ${stackName} is a file`,
    `dsl update-stack ${name ?? "NAME"} ${files.join(" ")}`,
    { exitCode: 2 },
  );
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
