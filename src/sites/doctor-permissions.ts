/**
 * What these credentials may do, asked of IAM's simulator, which changes nothing: every action that a
 * deployment needs (src/policy), on the resources of a site of this name.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
import { SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { AwsClients } from "../aws/clients.ts";
import { explainAwsError } from "../aws/errors.ts";
import { deployerPolicy, partitionOf } from "../policy/deployer-policy.ts";
import type { Statement } from "../policy/statement.ts";
import type { Finding } from "./doctor-finding.ts";

const CHECK = "permissions";
/** Asked about when no site is named. */
const EXAMPLE = "example";
/** So many are named. */
const SHOWN = 5;

const FEATURES = {
  inbox: false,
  collect: false,
  domain: false,
  cloudFront: false,
  cloudFrontLogs: false,
  follow: false,
  lake: false,
  alarm: false,
  access: false,
  dashboard: false,
  reservedConcurrency: false,
  ownLayer: true,
  permissionsBoundary: false,
  vpc: false,
};

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
  const scope = { site: site ?? EXAMPLE, previews: false, partition: partitionOf(region), region };
  const { Statement } = deployerPolicy({ ...scope, account }, FEATURES, null);
  try {
    const denied: string[] = [];
    for (const statement of Statement) {
      denied.push(...(await deniedActions(clients, principal, statement)));
    }
    const of = site === null ? "a site of any name" : `site ${site}`;
    if (denied.length === 0) return finding("ok", `${of} may be deployed`, null);
    const more = denied.length > SHOWN ? ` and ${denied.length - SHOWN} more` : "";
    return finding(
      site === null ? "warning" : "problem",
      `${principal} may not ${denied.slice(0, SHOWN).join(", ")}${more} for ${of}`,
      site === null
        ? "dsl doctor NAME asks for one site; dsl policy NAME prints the policy that it needs"
        : `dsl policy ${site} prints the policy that it needs`,
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

async function deniedActions(
  clients: AwsClients,
  principal: string,
  { Action, Resource, Condition }: Statement,
): Promise<string[]> {
  const passedTo = Condition?.StringEquals["iam:PassedToService"];
  const client = await clients.iam();
  const { EvaluationResults = [] } = await client.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: principal,
      ActionNames: Action,
      // An ARN of one resource; a pattern stands for any.
      ResourceArns: Resource.slice(0, 1).map((arn) =>
        arn === "*" ? arn : arn.replaceAll("*", EXAMPLE),
      ),
      ContextEntries:
        passedTo === undefined
          ? undefined
          : [
              {
                ContextKeyName: "iam:PassedToService",
                ContextKeyType: "string",
                ContextKeyValues: [passedTo],
              },
            ],
    }),
  );
  return EvaluationResults.filter(({ EvalDecision }) => EvalDecision !== "allowed").map(
    ({ EvalActionName }) => EvalActionName ?? "?",
  );
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
