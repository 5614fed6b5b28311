/** `dsl policy`, held to what was really asked of AWS, and of CloudFormation, for a site with everything. */
import { join } from "node:path";
import { ListCertificatesCommand } from "@aws-sdk/client-acm";
import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { GetParametersByPathCommand } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NeededAction } from "../../src/local-aws/iam/needed-actions.ts";
import { allows, parsePolicy } from "../../src/local-aws/iam/policy.ts";
import type { PolicyDocument } from "../../src/policy/deployer-policy.ts";
import type { Statement } from "../../src/policy/statement.ts";
import { neededStatements } from "../../src/sites/doctor-permissions.ts";
import { openLive } from "./live-writer.ts";
import { type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";
import { replicaInBucket } from "./replica-bucket.ts";

const EVERYTHING = [
  ...["litestream:s3://replicas/live.db", "--follow-in-lambda", "--yes"],
  ...[
    "--inbox",
    "--collect",
    "events",
    "--lake",
    "--alarm",
    "anna@example.com",
    "--alarm-age",
    "48",
    "--dashboard",
  ],
  ...["--cloudfront", "--cloudfront-logs"],
  ...["--domain", "data.example.com"],
  ...["--reserved-concurrency", "5"],
  ...["--permissions-boundary", "arn:aws:iam::123456789012:policy/limits"],
];

/** What only happens when something went wrong before, or is of a size that no test has. */
const RARE = [
  "cloudformation:ContinueUpdateRollback",
  "cloudformation:DeleteChangeSet",
  "s3:AbortMultipartUpload",
  "s3:DeleteObject",
  // Emptying a bucket names versions in the body of the request.
  "s3:DeleteObjectVersion",
  "logs:FilterLogEvents",
  // Tokens of senders are made and taken back with dsl tokens.
  "ssm:PutParameter",
  "ssm:DeleteParameter",
  "logs:DescribeLogGroups",
  "iam:DeleteRolePermissionsBoundary",
  "lambda:GetFunctionConfiguration",
  "lambda:UpdateEventSourceMapping",
  // The description of a lake's database names only what never changes.
  "glue:UpdateDatabase",
  "lambda:RemovePermission",
  "apigateway:PUT",
  // Policies and function of a distribution say the same in every site.
  ...["CachePolicy", "OriginRequestPolicy", "ResponseHeadersPolicy"].flatMap((kind) => [
    `cloudfront:Update${kind}`,
  ]),
  "cloudfront:UpdateFunction",
  "cloudfront:GetFunction",
  // CloudFront asks for them as whoever has it log into a bucket.
  "s3:GetBucketAcl",
  "s3:PutBucketAcl",
  "apigateway:TagResource",
  "apigateway:UntagResource",
  // Asked for by ACM and Route 53 in the name of whoever asks them.
  "acm:AddTagsToCertificate",
  "route53:GetChange",
  "iam:CreateServiceLinkedRole",
];

let rehearsal: Rehearsal;
let needed: NeededAction[];
/** By `dsl doctor`, while the site was there. */
let asked: Statement[];
let bucket: string;
let deleted: string[];
beforeAll(async () => {
  rehearsal = await startRehearsal();
  const path = join(rehearsal.folder, "shop.db");
  writeItems(path, 100);
  const live = openLive(join(rehearsal.folder, "live.db"));
  await (await replicaInBucket(rehearsal.clients)).sync(live.serialize());
  const route53 = await rehearsal.clients.route53();
  const zone = { Name: "example.com", CallerReference: "policy" };
  await route53.send(new CreateHostedZoneCommand(zone));
  await actionsSince();
  await rehearsal.update("shop", path, ...EVERYTHING);
  const { events } = await rehearsal.events("status", "shop");
  bucket = String(events.at(-1)!.bucket);
  const there = { account: "000000000000", region: "us-east-1" };
  asked = (await neededStatements(rehearsal.clients, there, "shop")).statements;
  writeItems(path, 200);
  const changes = ["--memory", "512", "--tag", "team=data", "--alarm-cost", "7"];
  await rehearsal.update("shop", path, ...EVERYTHING, ...changes);
  const deletion = await rehearsal.events("delete-stack", "shop", "--yes");
  expect(deletion.exitCode).toBe(0);
  deleted = deletion.events.at(-1)!.deleted as string[];
  needed = await actionsSince();
});
afterAll(() => rehearsal.end());

async function actionsSince(): Promise<NeededAction[]> {
  const answer = await fetch(`${rehearsal.endpoint}/_local/actions`);
  return ((await answer.json()) as { actions: NeededAction[] }).actions;
}

async function policyFor(...options: string[]): Promise<PolicyDocument> {
  const { events } = await rehearsal.events("policy", "shop", ...options);
  return events.at(-1)!.policy as PolicyDocument;
}

/** Requests name a key or a stack, CloudFormation's calls an ARN. */
function arnOf({ action, resource }: NeededAction): string {
  const [service] = action.split(":");
  if (resource.startsWith("arn:")) return resource;
  if (resource === "replicas") return "arn:aws:s3:::replicas";
  if (service === "s3") {
    const isOfBucket = action.startsWith("s3:List");
    return isOfBucket ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${resource}`;
  }
  if (service === "cloudformation") {
    return `arn:aws:cloudformation:us-east-1:000000000000:stack/${resource}/x`;
  }
  if (service === "ssm") return "arn:aws:ssm:us-east-1:000000000000:parameter/dsl/shop/tokens";
  if (service === "secretsmanager") {
    return "arn:aws:secretsmanager:us-east-1:000000000000:secret:dsl/shop/origin-abcdef";
  }
  if (service === "logs") {
    return "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/shop-service:x";
  }
  return "*";
}

/** Looking into a site (dsl status) is not deploying it. */
const LOOKING = ["cloudwatch:DescribeAlarms", "logs:FilterLogEvents", "sqs:GetQueueAttributes"];

test("everything that deploying, changing and deleting needs is allowed", async () => {
  const policy = parsePolicy(await policyFor(...EVERYTHING.filter((word) => word !== "--yes")));
  const denied = needed
    .filter(({ action, resource }) => resource !== "" || !LOOKING.includes(action))
    .filter((each) => !allows([policy], each.action, arnOf(each), "000000000000"));
  expect(denied).toEqual([]);
  const role = "arn:aws:iam::000000000000:role/shop-service-Role-abc";
  const pass = (service: string) => allows([policy], "iam:PassRole", role, "000000000000", service);
  expect([pass("lambda.amazonaws.com"), pass("ec2.amazonaws.com")]).toEqual([true, false]);
});

test("nothing is allowed that was not needed, but for bad days", async () => {
  const { Statement } = await policyFor(...EVERYTHING.filter((word) => word !== "--yes"));
  const seen = new Set(needed.map(({ action }) => action));
  const unused = Statement.flatMap(({ Action }) => Action).filter(
    (action) => !seen.has(action) && !RARE.includes(action) && action !== "iam:PassRole",
  );
  expect(unused).toEqual([]);
});

test("doctor asks for exactly that, by looking at what is deployed", async () => {
  const options = EVERYTHING.filter((word) => word !== "--yes");
  expect(asked).toEqual((await policyFor(...options)).Statement);
});

test("what refers to a stack goes before it, and nothing is left of the site", async () => {
  expect(deleted).toEqual([
    ...["shop-domain", "shop-edge", "shop-follow", "shop-collect", "shop-inbox"],
    ...["shop-service", "shop"],
  ]);
  const { clients } = rehearsal;
  const stacks = await (await clients.cloudFormation()).send(new DescribeStacksCommand({}));
  expect(stacks.Stacks).toEqual([]);
  const buckets = await (await clients.s3()).send(new ListBucketsCommand({}));
  expect(buckets.Buckets?.map(({ Name }) => Name)).toEqual(["replicas"]);
  const parameters = new GetParametersByPathCommand({ Path: "/dsl", Recursive: true });
  expect((await (await clients.ssm()).send(parameters)).Parameters).toEqual([]);
  const secret = new GetSecretValueCommand({ SecretId: "dsl/shop/origin" });
  await expect((await clients.secretsManager()).send(secret)).rejects.toThrow("can't find");
  const certificates = await (await clients.acm()).send(new ListCertificatesCommand({}));
  expect(certificates.CertificateSummaryList).toEqual([]);
  const logs = await (await clients.logs()).send(new DescribeLogGroupsCommand({}));
  expect(logs.logGroups).toEqual([]);
});

test("a site without extras needs less, and another site's things are out of reach", async () => {
  const policy = await policyFor();
  const services = policy.Statement.flatMap(({ Action }) => Action).map((a) => a.split(":")[0]);
  expect(new Set(services)).toEqual(
    new Set(["cloudformation", "s3", "logs", "lambda", "apigateway", "iam"]),
  );
  // Whether a site has a stack is looked up whatever it was deployed with.
  const looked = needed.filter(({ action }) => action === "cloudformation:DescribeStacks");
  expect(
    looked.filter(
      (each) => !allows([parsePolicy(policy)], each.action, arnOf(each), "000000000000"),
    ),
  ).toEqual([]);
  const others = needed.map((each) => ({ ...each, resource: arnOf(each) }));
  const reached = others
    .filter(({ resource }) => resource.includes("shop"))
    .map((each) => ({ ...each, resource: each.resource.replaceAll("shop", "museum") }))
    .filter(({ action, resource }) =>
      allows([parsePolicy(policy)], action, resource, "000000000000"),
    );
  expect(reached).toEqual([]);
});

test("with a role for CloudFormation the deployer may only hand that over", async () => {
  const role = "arn:aws:iam::000000000000:role/deploy";
  const { Statement } = await policyFor("--role-arn", role);
  const actions = Statement.flatMap(({ Action }) => Action);
  expect(actions.filter((action) => /^(lambda|apigateway|iam):/.test(action))).toEqual([
    "iam:PassRole",
  ]);
  expect(Statement.at(-1)).toMatchObject({ Resource: [role] });
});
