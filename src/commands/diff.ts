import type { Command } from "commander";
import type { UpdateFlags } from "../options/update-options.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand, type Given } from "./define-command.ts";
import { updateRequest } from "./update-arguments.ts";

/** `dsl diff NAME databases...`: what update-stack with the same arguments would change. */
export function addDiffCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("diff")
    .description("Say what update-stack with the same arguments would change, and change nothing.")
    .argument("<stack-name>", "the name given to update-stack")
    .argument("[databases...]", "as for update-stack");
  type Flags = UpdateFlags & { exitCode?: boolean };
  defineCommand(command, async (site: string, databases: string[], flags: Flags, given: Given) => {
    const { showDifferences } = await import("../sites/diff.ts");
    const request = updateRequest(site, databases, flags, given);
    await showDifferences(request, flags.exitCode ?? false, reporter);
  });
}
