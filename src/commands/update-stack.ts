import { type Command, Option } from "commander";
import type { StaticMount } from "../../runtime/core/format/mounts.ts";
import { LARGEST_CACHE } from "../plan/ephemeral-storage.ts";
import type { Architecture, StorageMode } from "../plan/inputs.ts";
import { DEFAULTS } from "../plan/service-parameters.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { type AwsFlags, addAwsOptions, addOutputOptions } from "./common-options.ts";
import { arn, numberOrNone, oneOf, repeated, wholeNumber } from "./option-values.ts";
import { settingOption } from "./setting-option.ts";
import { staticOption } from "./static-option.ts";

/** PutRetentionPolicy takes these numbers of days and no others. */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

interface Flags extends AwsFlags {
  alias?: string[];
  storage: "auto" | StorageMode;
  memory?: number;
  timeout?: number;
  arch?: Architecture;
  refresh?: number;
  logRetention?: number;
  rate?: number;
  burst?: number;
  reservedConcurrency?: number | "none";
  layerArn?: string;
  cacheMb?: number;
  config?: string;
  metadata?: string;
  setting: Record<string, string>;
  static?: StaticMount[];
  cors?: boolean;
  crossdb?: boolean;
  defaultDeny?: boolean;
  keepFreeSpace?: boolean;
  inbox?: boolean;
  tag?: string[];
  roleArn?: string;
  local?: boolean;
  yes?: boolean;
  dryRun?: boolean;
  waitAll?: boolean;
}

/** `dsl update-stack NAME databases...`: publishes databases as a site, new or changed. */
export function addUpdateStackCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("update-stack")
    .description("Publish SQLite databases: create or update a site and print its URL.")
    .argument("<stack-name>", "name of the site: letters, digits and hyphens")
    .argument("[databases...]", "SQLite files; each is served under its file name")
    .option("--local", "deploy to the local AWS, which is started when needed")
    .option("--alias <name=path>", "serve a file under another name (repeatable)", repeated);
  addSiteOptions(command);
  addServiceOptions(command);
  command
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
  addOutputOptions(command);
  command.action(async (name: string, databases: string[], flags: Flags) => {
    const { updateSite } = await import("../deploy/update-site.ts");
    await updateSite(
      {
        stackName: name,
        databases,
        aliases: flags.alias ?? [],
        storage: flags.storage,
        configFile: flags.config ?? null,
        metadataFile: flags.metadata ?? null,
        settings: flags.setting,
        mounts: flags.static ?? [],
        inbox: flags.inbox,
        keepFreeSpace: flags.keepFreeSpace ?? false,
        flags: {
          cors: flags.cors ?? false,
          crossdb: flags.crossdb ?? false,
          defaultDeny: flags.defaultDeny ?? false,
        },
        architecture: flags.arch,
        memorySize: flags.memory,
        timeout: flags.timeout,
        refreshSeconds: flags.refresh,
        cacheMegabytes: flags.cacheMb,
        logRetentionDays: flags.logRetention,
        rate: flags.rate,
        burst: flags.burst,
        reservedConcurrency: flags.reservedConcurrency,
        layerArn: flags.layerArn,
        tags: flags.tag,
        roleArn: flags.roleArn ?? null,
        yes: flags.yes ?? false,
        dryRun: flags.dryRun ?? false,
        waitAll: flags.waitAll ?? false,
        aws: { local: flags.local, region: flags.region, profile: flags.profile },
      },
      reporter,
    );
  });
}

function addSiteOptions(command: Command): void {
  command
    .option("-c, --config <file>", "Datasette configuration, YAML or JSON")
    .option("-m, --metadata <file>", "Datasette metadata, YAML or JSON")
    .addOption(settingOption())
    .addOption(staticOption())
    .option("--cors", "let pages of other sites read the JSON")
    .option("--crossdb", "let queries join tables of several databases")
    .option("--default-deny", "serve only what the configuration allows")
    .option("--inbox", "load files that are dropped into inbox/ of the bucket")
    .option("--keep-free-space", "publish what is left of deleted rows in the files, too");
}

/** No default of commander's: in a site that exists the deployed value stays. */
function inNewSite(text: string, value: number): string {
  return `${text} (default in a new site: ${value})`;
}

function addServiceOptions(command: Command): void {
  command
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
      "--memory <MB>",
      inNewSite("memory of the function", DEFAULTS.memory),
      wholeNumber(128, 10_240),
    )
    .option(
      "--timeout <seconds>",
      inNewSite("longest request", DEFAULTS.timeout),
      wholeNumber(1, 900),
    )
    .option(
      "--refresh <seconds>",
      inNewSite("look for new data this often", DEFAULTS.refresh),
      wholeNumber(1, 86_400),
    )
    .option(
      "--cache-mb <MB>",
      "room for databases in each environment, with --storage s3",
      wholeNumber(1, LARGEST_CACHE),
    )
    .option(
      "--log-retention <days>",
      inNewSite("keep the function's log so long", DEFAULTS.logRetention),
      oneOf(LOG_RETENTION_DAYS),
    )
    .option(
      "--rate <requests>",
      inNewSite("requests a second that are answered", DEFAULTS.rate),
      wholeNumber(1, 10_000),
    )
    .option(
      "--burst <requests>",
      inNewSite("requests at once before the rate counts", DEFAULTS.burst),
      wholeNumber(1, 5_000),
    )
    .option(
      "--reserved-concurrency <number>",
      "environments of the function at once; none: as many as the account lets",
      numberOrNone(1, 10_000),
    )
    .option(
      "--layer-arn <arn>",
      "a published layer instead of the own one",
      arn(
        /^arn:aws[\w-]*:lambda:[a-z0-9-]+:\d{12}:layer:[\w-]+:\d+$/,
        "arn:aws:lambda:eu-central-1:123456789012:layer:dsl-arm64:3",
      ),
    );
}
