import type { Command } from "commander";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { TargetFlags } from "../options/shared-options.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand } from "./define-command.ts";

interface Flags extends TargetFlags {
  /** Milliseconds. */
  previewsOlderThan?: number;
  roleArn?: string;
  yes?: boolean;
}

/** `dsl delete-stack NAME`: everything that update-stack made under this name is removed. */
export function addDeleteStackCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("delete-stack")
    .description("Delete what update-stack made: the site, the bucket and everything in it.")
    .argument("[stack-name]", "the name given to update-stack");
  defineCommand(command, async (name: string | undefined, flags: Flags) => {
    const { targetOf } = await import("../deploy/target.ts");
    const { previewsOlderThan: olderThan, roleArn = null, yes = false } = flags;
    if (olderThan !== undefined) {
      const { deletePreviews } = await import("../sites/delete-previews.ts");
      const request = { site: name ?? null, olderThan, roleArn, yes };
      return deletePreviews(await targetOf(flags), request, reporter);
    }
    if (name === undefined) throw nameMissing();
    const { deleteSite } = await import("../deploy/delete-site.ts");
    await deleteSite({ stackName: name, roleArn, yes }, await targetOf(flags), reporter);
  });
}

function nameMissing(): DslError {
  return new DslError("usage", "No site was named", "dsl delete-stack NAME; dsl list shows them", {
    exitCode: 2,
  });
}
