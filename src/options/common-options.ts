import type { Command } from "commander";

/** The options of commands that talk to AWS, as they arrive in the handler. */
export interface AwsFlags {
  region?: string;
  profile?: string;
}

export function addAwsOptions(command: Command): Command {
  return command
    .option("--region <region>", "AWS region (default: AWS_REGION or the profile's)")
    .option("--profile <profile>", "profile of ~/.aws/config (default: AWS_PROFILE)");
}

/** Read by `createTerminal` from the raw arguments; declared here for the help and the parser. */
export function addOutputOptions(command: Command): Command {
  return command
    .option("--json", "events as NDJSON on stdout, one object a line")
    .option("--quiet", "print only the result, warnings and errors");
}
