import type { Command } from "commander";
import { databasesFor } from "../project-file/project-databases.ts";
import type { PolicyFlags } from "../sites/policy.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand, type Given } from "./define-command.ts";

/** `dsl policy NAME`: what whoever deploys the site must be allowed. */
export function addPolicyCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("policy")
    .description("Print the least IAM policy for deploying a site with these options.")
    .argument("<stack-name>", "the name given to update-stack")
    .argument("[databases...]", "of them Litestream replicas, which must be read");
  defineCommand(
    command,
    async (site: string, typed: string[], flags: PolicyFlags, { project }: Given) => {
      const { showPolicy } = await import("../sites/policy.ts");
      const databases = databasesFor({ databases: typed, alias: flags.alias }, project);
      await showPolicy(site, databases, flags, reporter);
    },
  );
}
