/** The least IAM policy for whoever deploys a site with given options. Pure. */

import { lakeDatabase } from "../lake-database.ts";
import { ROLES, STACK_KINDS } from "../stacks/roles.ts";
import { domainStackStatements, domainStatements } from "./domain-statements.ts";
import { type ReplicaPlace, replicaStatements } from "./replica-statements.ts";
import {
  ACCESS_ACTIONS,
  ALARM_ACTIONS,
  API_ACTIONS,
  BUCKET_ACTIONS,
  CATALOG_ACTIONS,
  CLOUDFRONT_ACTIONS,
  DASHBOARD_ACTIONS,
  type Features,
  functionActions,
  LAYER_ACTIONS,
  LOG_ACTIONS,
  LOG_BUCKET_ACTIONS,
  MAPPING_ACTIONS,
  QUEUE_ACTIONS,
  RULE_ACTIONS,
  roleActions,
  SECRET_ACTIONS,
  TOKEN_ACTIONS,
  TOPIC_ACTIONS,
  VPC_ACTIONS,
} from "./resource-actions.ts";
import { allow, own, type PolicyScope, type Statement } from "./statement.ts";

export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: Statement[];
}

/** What `dsl` itself asks CloudFormation for. */
const STACK_ACTIONS = [
  "cloudformation:CreateChangeSet",
  "cloudformation:DescribeChangeSet",
  "cloudformation:ExecuteChangeSet",
  "cloudformation:DeleteChangeSet",
  "cloudformation:DescribeStacks",
  "cloudformation:DescribeStackEvents",
  "cloudformation:DescribeStackResources",
  "cloudformation:GetTemplate",
  "cloudformation:ContinueUpdateRollback",
  "cloudformation:DeleteStack",
];

const BUCKET_READ_ACTIONS = [
  "s3:ListBucket",
  "s3:ListBucketVersions",
  "s3:ListBucketMultipartUploads",
];

const OBJECT_ACTIONS = [
  "s3:GetObject",
  "s3:PutObject",
  "s3:DeleteObject",
  "s3:DeleteObjectVersion",
  "s3:AbortMultipartUpload",
];

/** CloudFormation shortens names that would be too long; a bucket's has 63 characters with its suffix. */
const BUCKET_NAME_ROOM = 38;

/**
 * `roleArn` is the role that CloudFormation works as: then the deployer needs nothing for what is in the
 * stacks but to hand that role over. `replicas` are the Litestream replicas that are published.
 */
export function deployerPolicy(
  scope: PolicyScope,
  features: Features,
  roleArn: string | null,
  replicas: readonly ReplicaPlace[] = [],
): PolicyDocument {
  const { site, previews, partition } = scope;
  const sites = previews ? [site, `${site}-preview-*`] : [site];
  const buckets = sites.map((name) => `arn:${partition}:s3:::${bucketPattern(name)}`);
  const logs = functionNames(sites, features).map((name) => `log-group:/aws/lambda/${name}:*`);
  const stacks = sites.flatMap((name) => stackNames(name, features));
  return {
    Version: "2012-10-17",
    Statement: [
      allow("Stacks", STACK_ACTIONS, there(scope, "cloudformation", stacks.map(stackPath))),
      allow("FindStacks", ["cloudformation:DescribeStacks"], sites.flatMap(rolePaths(scope))),
      own(scope, allow("Bucket", BUCKET_READ_ACTIONS, buckets)),
      own(scope, allow("Objects", OBJECT_ACTIONS, buckets.map(contentOf))),
      ...(features.collect || features.access
        ? [allow("Tokens", TOKEN_ACTIONS, there(scope, "ssm", sites.flatMap(tokenPaths)))]
        : []),
      ...(features.access
        ? [allow("Access", ACCESS_ACTIONS, there(scope, "ssm", sites.map(accessPath)))]
        : []),
      ...(features.cloudFront
        ? [allow("Secret", SECRET_ACTIONS, there(scope, "secretsmanager", sites.map(secretPath)))]
        : []),
      ...replicaStatements(scope, features, replicas),
      ...(features.domain ? domainStatements(scope) : []),
      allow("FirstErrors", ["logs:FilterLogEvents"], there(scope, "logs", logs)),
      ...(roleArn === null
        ? resourceStatements(scope, sites, buckets, features)
        : [passRole("HandOver", [roleArn], "cloudformation.amazonaws.com")]),
    ],
  };
}

/** What is in the stacks. */
function resourceStatements(
  scope: PolicyScope,
  sites: string[],
  buckets: string[],
  features: Features,
): Statement[] {
  const functions = functionNames(sites, features);
  const roles = global(
    scope,
    "iam",
    functions.map((name) => `role/${name}-*`),
  );
  // CloudFormation names what has no name of its own after the stack.
  const of = (suffix: string, prefix = "") => sites.map((site) => `${prefix}${site}-${suffix}`);
  const layers = [...functions.map((name) => `layer:${name}-*`), "layer:Layer*"];
  const logs = functions.flatMap((name) => [
    `log-group:/aws/lambda/${name}`,
    `log-group:/aws/lambda/${name}:*`,
    // The collector's stack has two functions.
    ...(name.endsWith("-collect") ? [`log-group:/aws/lambda/${name}-*`] : []),
  ]);
  const queues = [
    ...(features.inbox ? of("inbox-*") : []),
    ...(features.collect ? of("collect-*") : []),
    ...(features.follow ? of("follow-*") : []),
  ];
  const rules = [
    ...(features.inbox ? of("inbox-*", "rule/") : []),
    ...(features.follow ? of("follow-*", "rule/") : []),
  ];
  const statements: (Statement | null)[] = [
    allow("MakeBucket", BUCKET_ACTIONS, buckets),
    allow(
      "Functions",
      functionActions(features),
      there(
        scope,
        "lambda",
        functions.map((name) => `function:${name}-*`),
      ),
    ),
    features.ownLayer
      ? allow("Layers", LAYER_ACTIONS, there(scope, "lambda", layers))
      : allow("Layers", ["lambda:GetLayerVersion"], ["*"]),
    allow("Api", API_ACTIONS, apis(scope)),
    allow("Roles", roleActions(features), roles),
    passRole("PassRoles", roles, "lambda.amazonaws.com"),
    allow("Logs", LOG_ACTIONS, there(scope, "logs", logs)),
    allow("FindLogs", ["logs:DescribeLogGroups"], ["*"]),
    queues.length > 0 ? allow("Queues", QUEUE_ACTIONS, there(scope, "sqs", queues)) : null,
    rules.length > 0 ? allow("Rules", RULE_ACTIONS, there(scope, "events", rules)) : null,
    // Their names are chosen by Lambda.
    queues.length > 0 ? allow("Mappings", MAPPING_ACTIONS, ["*"]) : null,
    features.lake
      ? allow("Catalog", CATALOG_ACTIONS, there(scope, "glue", sites.flatMap(catalogPaths)))
      : null,
    features.cloudFront
      ? allow("CloudFront", CLOUDFRONT_ACTIONS, global(scope, "cloudfront", CLOUDFRONT_PATHS))
      : null,
    features.cloudFrontLogs ? allow("LogBucket", LOG_BUCKET_ACTIONS, buckets) : null,
    ...(features.domain ? domainStackStatements(scope) : []),
    features.vpc ? allow("Vpc", VPC_ACTIONS, ["*"]) : null,
    features.alarm ? allow("Topic", TOPIC_ACTIONS, there(scope, "sns", of("service-*"))) : null,
    features.alarm
      ? allow("Alarms", ALARM_ACTIONS, there(scope, "cloudwatch", of("service-*", "alarm:")))
      : null,
    features.dashboard
      ? allow(
          "Dashboard",
          DASHBOARD_ACTIONS,
          global(scope, "cloudwatch", of("service*", "dashboard/")),
        )
      : null,
  ];
  return statements.filter((statement) => statement !== null);
}

/** ARNs in the account and region. */
function there({ partition, region, account }: PolicyScope, service: string, rest: string[]) {
  return rest.map((each) => `arn:${partition}:${service}:${region}:${account}:${each}`);
}

/** ARNs of services that know no regions. */
function global({ partition, account }: PolicyScope, service: string, rest: string[]) {
  return rest.map((each) => `arn:${partition}:${service}::${account}:${each}`);
}

/** ARNs of API Gateway have no account. */
function apis({ partition, region }: PolicyScope): string[] {
  return ["/apis", "/apis/*", "/tags/*"].map(
    (path) => `arn:${partition}:apigateway:${region}::${path}`,
  );
}

function stackPath(name: string): string {
  return `stack/${name}/*`;
}

/** Who deletes a database of Glue needs to be allowed that for what is in it, too. */
function catalogPaths(site: string): string[] {
  const database = lakeDatabase(site);
  return [
    "catalog",
    `database/${database}`,
    `table/${database}/*`,
    `userDefinedFunction/${database}/*`,
  ];
}

/** CloudFront chooses ids; the function is called after the stack's id. */
const CLOUDFRONT_PATHS = [
  "distribution/*",
  "cache-policy/*",
  "origin-request-policy/*",
  "response-headers-policy/*",
  "function/dsl-*",
];

function secretPath(site: string): string {
  return `secret:dsl/${site}/origin-*`;
}

function accessPath(site: string): string {
  return `parameter/dsl/${site}/access`;
}

/** Of those that send events, and of those that read. */
function tokenPaths(site: string): string[] {
  return [`parameter/dsl/${site}/tokens*`, `parameter/dsl/${site}/read-tokens*`];
}

function contentOf(bucket: string): string {
  return `${bucket}/*`;
}

function passRole(sid: string, roles: string[], service: string): Statement {
  const Condition = { StringEquals: { "iam:PassedToService": service } };
  return { ...allow(sid, ["iam:PassRole"], roles), Condition };
}

/** Of all stacks that a site may have: which of them are there must be asked. */
function rolePaths(scope: PolicyScope): (site: string) => string[] {
  const paths = (site: string) => ROLES.map((role) => stackPath(site + STACK_KINDS[role].suffix));
  return (site) => there(scope, "cloudformation", paths(site));
}

function stackNames(site: string, features: Features): string[] {
  const edge = features.cloudFront ? [`${site}-edge`] : [];
  const domain = features.domain ? [`${site}-domain`] : [];
  return [site, ...functionNames([site], features), ...edge, ...domain];
}

/** Functions, their roles and logs are named after the stacks that have them. */
function functionNames(sites: string[], { inbox, collect, follow }: Features): string[] {
  return sites.flatMap((site) => [
    `${site}-service`,
    ...(inbox ? [`${site}-inbox`] : []),
    ...(collect ? [`${site}-collect`] : []),
    ...(follow ? [`${site}-follow`] : []),
  ]);
}

function bucketPattern(site: string): string {
  const name = site.toLowerCase();
  if (name.endsWith("*")) return name;
  return name.length <= BUCKET_NAME_ROOM ? `${name}-*` : `${name.slice(0, BUCKET_NAME_ROOM)}*`;
}
