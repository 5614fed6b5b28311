/** The options of `update-stack`: what they are called, what they take, and how they arrive. */
import { type Command, Option } from "commander";
import type { StaticMount } from "../../runtime/core/format/mounts.ts";
import { LARGEST_CACHE } from "./cache-size.ts";
import { type AwsFlags, addAwsOptions } from "./common-options.ts";
import { arn, numberOrNone, oneOf, repeated, wholeNumber } from "./option-values.ts";
import { SERVICE_OPTIONS, type ServiceOption, type ServiceSettings } from "./service-options.ts";
import { settingOption } from "./setting-option.ts";
import { staticOption } from "./static-option.ts";

/** As commander hands them over; absent is what was not given. */
export interface UpdateFlags extends AwsFlags, ServiceSettings {
  local?: boolean;
  /** `name=path` */
  alias?: string[];
  /** Paths of files. */
  config?: string;
  metadata?: string;
  setting: Record<string, string>;
  static?: StaticMount[];
  cors?: boolean;
  crossdb?: boolean;
  defaultDeny?: boolean;
  /** Load what is dropped into the bucket; absent: as it is deployed. */
  inbox?: boolean;
  /** Publish deleted rows that are still in the files. */
  keepFreeSpace?: boolean;
  storage: "auto" | "embed" | "s3";
  arch?: "arm64" | "x86_64";
  /** Megabytes of /tmp for blocks of databases. */
  cacheMb?: number;
  /** A published layer version to use instead of the package's own layer. */
  layerArn?: string;
  /** `key=value` */
  tag?: string[];
  /** A role that CloudFormation works as. */
  roleArn?: string;
  /** Do not ask. */
  yes?: boolean;
  /** End only when nobody can get the version before any more. */
  waitAll?: boolean;
  dryRun?: boolean;
}

/** Declares all of them, in the order in which `--help` shows them. */
export function addUpdateOptions(command: Command): void {
  command
    .option("--local", "deploy to the local AWS, which is started when needed")
    .option("--alias <name=path>", "serve a file under another name (repeatable)", repeated)
    .option("-c, --config <file>", "Datasette configuration, YAML or JSON")
    .option("-m, --metadata <file>", "Datasette metadata, YAML or JSON")
    .addOption(settingOption())
    .addOption(staticOption())
    .option("--cors", "let pages of other sites read the JSON")
    .option("--crossdb", "let queries join tables of several databases")
    .option("--default-deny", "serve only what the configuration allows")
    .option("--inbox", "load files that are dropped into inbox/ of the bucket")
    .option("--keep-free-space", "publish what is left of deleted rows in the files, too")
    .addOption(
      new Option(
        "--storage <mode>",
        "inside the function's package, or in the bucket and read on demand",
      )
        .choices(["auto", "embed", "s3"])
        .default("auto"),
    )
    .addOption(
      new Option("--arch <cpu>", "CPU (default: this machine's)").choices(["arm64", "x86_64"]),
    )
    .option(
      "--cache-mb <MB>",
      "room for databases in each environment, with --storage s3",
      wholeNumber(1, LARGEST_CACHE),
    );
  for (const option of Object.values(SERVICE_OPTIONS)) command.addOption(serviceOption(option));
  command
    .option(
      "--layer-arn <arn>",
      "a published layer instead of the own one",
      arn(
        /^arn:aws[\w-]*:lambda:[a-z0-9-]+:\d{12}:layer:[\w-]+:\d+$/,
        "arn:aws:lambda:eu-central-1:123456789012:layer:dsl-arm64:3",
      ),
    )
    .option("--tag <key=value>", "tag of all resources (repeatable)", repeated)
    .option(
      "--role-arn <arn>",
      "role that CloudFormation works as",
      arn(/^arn:aws[\w-]*:iam::\d{12}:role\/\S+$/, "arn:aws:iam::123456789012:role/deploy"),
    )
    .option("-y, --yes", "do not ask before what is published is removed")
    .option("--wait-all", "end when nobody can get the version before any more")
    .option("--dry-run", "print what would be done and change nothing");
  addAwsOptions(command);
}

/** No default of commander's: in a site that exists the deployed value stays. */
function serviceOption({ flag, help, values, orNone, initial }: ServiceOption): Option {
  const option = new Option(flag, `${help} (default in a new site: ${initial})`);
  if ("among" in values) return option.argParser(oneOf(values.among));
  const { from, to } = values;
  return orNone
    ? option.argParser(numberOrNone(from, to))
    : option.argParser(wholeNumber(from, to));
}
