import type { Command } from "commander";
import type { TargetFlags } from "../options/shared-options.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand } from "./define-command.ts";

interface Flags extends TargetFlags {
  roleArn?: string;
  yes?: boolean;
}

/** `dsl delete-stack NAME`: everything that update-stack made under this name is removed. */
export function addDeleteStackCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("delete-stack")
    .description("Delete what update-stack made: the site, the bucket and everything in it.")
    .argument("<stack-name>", "the name given to update-stack");
  defineCommand(command, async (name: string, flags: Flags) => {
    const { deleteSite } = await import("../deploy/delete-site.ts");
    const { targetOf } = await import("../deploy/target.ts");
    await deleteSite(
      { stackName: name, roleArn: flags.roleArn ?? null, yes: flags.yes ?? false },
      await targetOf(flags),
      reporter,
    );
  });
}
