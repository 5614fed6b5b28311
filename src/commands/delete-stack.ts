import type { Command } from "commander";
import { type AwsFlags, addAwsOptions, addOutputOptions } from "../options/common-options.ts";
import { arn } from "../options/option-values.ts";
import type { Reporter } from "../terminal/reporter.ts";

interface Flags extends AwsFlags {
  roleArn?: string;
  local?: boolean;
  yes?: boolean;
}

/** `dsl delete-stack NAME`: everything that update-stack made under this name is removed. */
export function addDeleteStackCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("delete-stack")
    .description("Delete what update-stack made: the site, the bucket and everything in it.")
    .argument("<stack-name>", "the name given to update-stack")
    .option("--local", "on the local AWS")
    .option(
      "--role-arn <arn>",
      "role that CloudFormation works as",
      arn(/^arn:aws[\w-]*:iam::\d{12}:role\/\S+$/, "arn:aws:iam::123456789012:role/deploy"),
    )
    .option("-y, --yes", "do not ask");
  addAwsOptions(command);
  addOutputOptions(command);
  command.action(async (name: string, flags: Flags) => {
    const { deleteSite } = await import("../deploy/delete-site.ts");
    const { targetOf } = await import("../deploy/target.ts");
    await deleteSite(
      { stackName: name, roleArn: flags.roleArn ?? null, yes: flags.yes ?? false },
      await targetOf(flags),
      reporter,
    );
  });
}
