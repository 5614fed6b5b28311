/**
 * What these credentials may do, asked of IAM's simulator, which changes nothing: every action of the
 * policy that `dsl policy` prints for a site of this name, as it is deployed.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
import { paginateSimulatePrincipalPolicy } from "@aws-sdk/client-iam";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { AwsClients } from "../aws/clients.ts";
import { explainAwsError } from "../aws/errors.ts";
import { type DeployedStacks, deployedPolicy } from "../policy/deployed-policy.ts";
import type { Statement } from "../policy/statement.ts";
import { templateOf } from "../stacks/describe.ts";
import { findSite } from "../stacks/find-site.ts";
import { partitionOf } from "../stacks/partition.ts";
import type { Finding } from "./doctor-finding.ts";

const CHECK = "permissions";
/** Asked about when no site is named. */
const EXAMPLE = "example";
/** So many are named. */
const SHOWN = 5;

export interface Identity {
  account: string;
  /** As STS says it. */
  arn: string;
  region: string;
}

export async function checkPermissions(
  clients: AwsClients,
  { account, arn, region }: Identity,
  site: string | null,
): Promise<Finding> {
  const principal = principalOf(arn);
  if (principal === null) {
    return finding("ok", "this is the account's root user, who may do everything", null);
  }
  const of = site === null ? "a site of any name" : `site ${site}`;
  try {
    const { statements, unseen } = await neededStatements(clients, { account, region }, site);
    const asDeployed = unseen === null ? "" : ` (with which options is not known: ${unseen})`;
    const all: string[] = [];
    for (const statement of statements) {
      all.push(...(await deniedActions(clients, principal, statement)));
    }
    const denied = [...new Set(all)];
    if (denied.length === 0) return finding("ok", `${of} may be deployed${asDeployed}`, null);
    const more = denied.length > SHOWN ? ` and ${denied.length - SHOWN} more` : "";
    return finding(
      site === null ? "warning" : "problem",
      `${principal} may not ${denied.slice(0, SHOWN).join(", ")}${more} for ${of}${asDeployed}`,
      site === null
        ? "dsl doctor NAME asks for one site; dsl policy NAME prints the policy that it needs"
        : `dsl policy ${site} with the site's options prints the policy that it needs`,
    );
  } catch (error) {
    const explained = explainAwsError(error);
    if (!(explained instanceof DslError)) throw error;
    return finding(
      "warning",
      `not tried, because these credentials may not ask (${explained.message})`,
      `allow iam:SimulatePrincipalPolicy, or compare with dsl policy ${site ?? "NAME"}`,
    );
  }
}

/**
 * What `dsl policy` would print for the site as it is deployed, or without options where it is not. `unseen` says
 * why its stacks could not be looked at; null: they could.
 */
export async function neededStatements(
  clients: AwsClients,
  { account, region }: Pick<Identity, "account" | "region">,
  site: string | null,
): Promise<{ statements: Statement[]; unseen: string | null }> {
  const partition = partitionOf(region);
  const scope = { site: site ?? EXAMPLE, previews: false, partition, region, account };
  const nothing: DeployedStacks = { stacks: new Map(), serviceTemplate: null };
  if (site === null) return { statements: deployedPolicy(scope, nothing).Statement, unseen: null };
  try {
    const deployed = await deployedStacks(clients, site);
    return { statements: deployedPolicy(scope, deployed).Statement, unseen: null };
  } catch (error) {
    const explained = explainAwsError(error);
    if (!(explained instanceof DslError)) throw error;
    return { statements: deployedPolicy(scope, nothing).Statement, unseen: explained.message };
  }
}

async function deployedStacks(clients: AwsClients, site: string): Promise<DeployedStacks> {
  const { stacks } = await findSite(clients, site);
  const service = stacks.get("service");
  const serviceTemplate =
    service === undefined ? null : await templateOf(await clients.cloudFormation(), service.name);
  return { stacks, serviceTemplate };
}

/** Actions are about one kind of resource each: denied is what may not be done with all of any kind. */
async function deniedActions(
  clients: AwsClients,
  principal: string,
  { Action, Resource, Condition }: Statement,
): Promise<string[]> {
  let denied = Action;
  for (const arns of kindsOf(Resource)) {
    if (denied.length === 0) break;
    denied = await deniedOn(clients, principal, { actions: denied, arns, Condition });
  }
  return denied;
}

async function deniedOn(
  clients: AwsClients,
  principal: string,
  asked: { actions: string[]; arns: string[]; Condition: Statement["Condition"] },
): Promise<string[]> {
  const pages = paginateSimulatePrincipalPolicy(
    { client: await clients.iam() },
    {
      PolicySourceArn: principal,
      ActionNames: asked.actions,
      // An ARN of one resource; a pattern stands for any.
      ResourceArns: asked.arns.map((arn) => (arn === "*" ? arn : arn.replaceAll("*", EXAMPLE))),
      // The simulator knows nothing of the request but what it is told.
      ContextEntries: Object.entries(asked.Condition?.StringEquals ?? {}).map(([key, value]) => ({
        ContextKeyName: key,
        ContextKeyType: "string",
        ContextKeyValues: [value],
      })),
    },
  );
  const denied = new Set<string>();
  for await (const { EvaluationResults = [] } of pages) {
    for (const {
      EvalActionName = "?",
      EvalDecision,
      ResourceSpecificResults,
    } of EvaluationResults) {
      const decisions = [
        EvalDecision,
        ...(ResourceSpecificResults ?? []).map(({ EvalResourceDecision }) => EvalResourceDecision),
      ];
      if (decisions.some((decision) => decision !== "allowed")) denied.add(EvalActionName);
    }
  }
  return [...denied];
}

/** By what is before the name: arn:aws:sqs:REGION:ACCOUNT:NAME, arn:aws:lambda:REGION:ACCOUNT:function:NAME. */
function kindsOf(arns: readonly string[]): string[][] {
  const kinds = Object.groupBy(arns, (arn) => {
    const [, , service, , , ...path] = arn.split(":");
    return `${service} ${/^\/?(\w[\w-]*)[:/]/.exec(path.join(":"))?.[1] ?? ""}`;
  });
  return Object.values(kinds).filter((kind) => kind !== undefined);
}

/** The user or role whose policies count; null for the root user, who has none. */
export function principalOf(arn: string): string | null {
  if (/:root$/.test(arn)) return null;
  const session = /^(arn:aws[\w-]*):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn);
  return session === null ? arn : `${session[1]}:iam::${session[2]}:role/${session[3]}`;
}

function finding(state: Finding["state"], text: string, hint: string | null): Finding {
  return { check: CHECK, state, text, hint };
}
