/** The folder of `--save`, read back with `--from`: templates and parameters, perhaps edited by hand. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { SavedStack, SavedStacks } from "../plan/inputs.ts";
import { unmarked } from "../stacks/identity.ts";
import { ROLES, type Role, STACK_KINDS } from "../stacks/roles.ts";
import { declaredParameters } from "../stacks/template-parameters.ts";

/** Throws a DslError for a folder that `--save` did not write, or a file that is none any more. */
export function readSavedStacks(folder: string): SavedStacks {
  const stacks = new Map<Role, SavedStack>();
  for (const role of ROLES) {
    const path = join(folder, STACK_KINDS[role].template);
    if (!existsSync(path)) continue;
    const template = unmarked(readFileSync(path, "utf8"));
    const parameters = readParameters(join(folder, `${role}.parameters`));
    stacks.set(role, { template, declared: declaredParameters(template, path), parameters });
  }
  if (!stacks.has("bucket") || !stacks.has("service")) {
    throw new DslError(
      "no_saved_site",
      `${folder} has no ${STACK_KINDS.bucket.template} and ${STACK_KINDS.service.template}`,
      "a folder that dsl update-stack --save has written",
      { exitCode: 2 },
    );
  }
  return stacks;
}

/** Lines of NAME=VALUE; empty ones and those that begin with # are none. */
function readParameters(path: string): Record<string, string> {
  if (!existsSync(path)) return {};
  const lines = readFileSync(path, "utf8").split(/\r?\n/);
  const parameters: Record<string, string> = {};
  for (const [at, line] of lines.entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const equals = line.indexOf("=");
    if (equals < 1) {
      throw new DslError(
        "invalid_parameters",
        `${path}, line ${at + 1}: "${line}" is not of the form NAME=VALUE`,
        "MemorySize=1769",
        { exitCode: 2 },
      );
    }
    parameters[line.slice(0, equals)] = line.slice(equals + 1);
  }
  return parameters;
}
