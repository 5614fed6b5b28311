import type { Command } from "commander";
import type { PolicyFlags } from "../sites/policy.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand } from "./define-command.ts";

/** `dsl policy NAME`: what whoever deploys the site must be allowed. */
export function addPolicyCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("policy")
    .description("Print the least IAM policy for deploying a site with these options.")
    .argument("<stack-name>", "the name given to update-stack");
  defineCommand(command, async (site: string, flags: PolicyFlags) => {
    const { showPolicy } = await import("../sites/policy.ts");
    await showPolicy(site, flags, reporter);
  });
}
