/** `dsl policy NAME`: the least that whoever deploys a site must be allowed, for exactly these options. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import { nameDatabases } from "../database-names.ts";
import { callerArn } from "../deploy/caller.ts";
import { targetOf } from "../deploy/target.ts";
import { replicasInBuckets } from "../litestream/replicas-in-buckets.ts";
import type { UpdateFlags } from "../options/update-options.ts";
import { deployerPolicy } from "../policy/deployer-policy.ts";
import { featuresOf } from "../policy/features.ts";
import { roleTemplate } from "../policy/github-role.ts";
import type { TypedDatabases } from "../project-file/project-databases.ts";
import { partitionOf } from "../stacks/partition.ts";
import { checkSiteName } from "../stacks/stack-name.ts";
import type { Reporter } from "../terminal/reporter.ts";

export interface PolicyFlags extends UpdateFlags {
  /** Also for previews of the site. */
  previews?: boolean;
  /** Of 12 digits. */
  account?: string;
  /** `owner/repository`: a role for its workflows instead of the policy alone. */
  github?: string;
}

/** Prints the policy as JSON, or with `--github` a CloudFormation template. Needs no permissions. */
export async function showPolicy(
  site: string,
  databases: TypedDatabases,
  flags: PolicyFlags,
  reporter: Reporter,
): Promise<void> {
  checkSiteName(site);
  const named = nameDatabases(databases.databases, databases.alias);
  const replicas = replicasInBuckets(named, flags.followInLambda ?? false);
  if (flags.followInLambda && replicas.length === 0) {
    throw new DslError(
      "nothing_to_follow",
      "Nobody says which replicas the function follows, so what may be read is not known",
      `dsl policy ${site} litestream:s3://bucket/path --follow-in-lambda`,
      { exitCode: 2 },
    );
  }
  const clients = await targetOf(flags);
  const { config } = await clients.cloudFormation();
  const region = await config.region().catch(() => "*");
  const account = flags.account ?? (await callerArn(clients))?.split(":")[4] ?? "*";
  if (account === "*" || region === "*") {
    reporter.warn(
      "Nobody says which account and region: the policy is for any (--account, --region)",
    );
  }
  const scope = { site, previews: flags.previews ?? false, partition: partitionOf(region) };
  const features = featuresOf(flags);
  const { roleArn = null } = flags;
  const policy = deployerPolicy({ ...scope, region, account }, features, roleArn, replicas);
  const printed = flags.github === undefined ? policy : roleTemplate(site, flags.github, policy);
  reporter.result(JSON.stringify(printed, null, 2).split("\n"), { site, policy: printed });
}
