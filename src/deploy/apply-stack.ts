import type { KeptStackAction } from "../plan/plan.ts";
import { cloudOf } from "../stacks/cloud.ts";
import { deployStack } from "../stacks/deploy-stack.ts";
import { requireStack, type Stack } from "../stacks/describe.ts";
import { requireIdentity } from "../stacks/identity.ts";
import type { Role } from "../stacks/roles.ts";
import type { Deployment } from "./deployment.ts";
import { stillAtIt } from "./interruption.ts";

/** "Creating stack shop", and what is to be expected of it. */
export function stackStep(verb: string, role: Role, name: string): string {
  const patience = role === "edge" ? " (it takes minutes to reach all of CloudFront)" : "";
  return `${verb} stack ${name}${patience}`;
}

/**
 * Creates or updates a stack as planned. `known` are the parameters that were not known when the plan was
 * made. Resolves with the stack as it is then.
 */
export async function applyStackAction(
  deployment: Deployment,
  action: KeptStackAction,
  known: Readonly<Record<string, string>>,
): Promise<Stack> {
  const cloud = await cloudOf(deployment.clients, action.identity.role);
  if (action.action === "none") {
    const stack = await requireStack(cloud.client, action.stackName);
    requireIdentity(stack, action.identity);
    return stack;
  }
  const verb = action.action === "create" ? "Creating" : "Updating";
  deployment.reporter.ifInterrupted(...stillAtIt(verb.toLowerCase(), action.stackName));
  const step = deployment.reporter.step(stackStep(verb, action.identity.role, action.stackName));
  const parameters = Object.entries(action.parameters).map(([key, value]) => [
    key,
    value ?? known[key] ?? "",
  ]);
  const request = {
    name: action.stackName,
    identity: action.identity,
    template: action.template,
    parameters: Object.fromEntries(parameters),
    tags: action.tags,
    roleArn: deployment.roleArn,
    express: deployment.express,
  };
  const { stack, changed } = await deployStack(cloud, action.action, request, step);
  step.done(changed ? undefined : "CloudFormation finds no difference");
  return stack;
}
