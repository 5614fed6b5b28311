/** What a site that is deployed has, as `dsl policy` would be told by options. Pure. */
import { followedReplicas } from "../plan/follow-parameters.ts";
import type { Stack } from "../stacks/describe.ts";
import { isProtected } from "../stacks/protected-site.ts";
import type { Role } from "../stacks/roles.ts";
import { deployerPolicy, type PolicyDocument } from "./deployer-policy.ts";
import type { Features } from "./resource-actions.ts";
import type { PolicyScope } from "./statement.ts";

export interface DeployedStacks {
  /** As far as they are there: none for a site that is not deployed yet. */
  stacks: ReadonlyMap<Role, Pick<Stack, "parameters" | "roleArn">>;
  /** Of the service stack; null without one. A VPC is in it and not in the parameters. */
  serviceTemplate: string | null;
}

/** The least policy for deploying the site again as it is. */
export function deployedPolicy(scope: PolicyScope, deployed: DeployedStacks): PolicyDocument {
  const { stacks } = deployed;
  // CloudFormation goes on working as the role that a stack was deployed with.
  const roleArn = [...stacks.values()].find((stack) => stack.roleArn !== null)?.roleArn ?? null;
  const replicas = followedReplicas(stacks.get("follow")?.parameters ?? null);
  return deployerPolicy(scope, deployedFeatures(deployed), roleArn, replicas);
}

export function deployedFeatures({ stacks, serviceTemplate }: DeployedStacks): Features {
  const service = stacks.get("service")?.parameters ?? {};
  const isChosen = (name: string) => !["none", "", undefined].includes(service[name]);
  return {
    inbox: stacks.has("inbox"),
    collect: stacks.has("collect"),
    domain: stacks.has("domain"),
    cloudFront: stacks.has("edge"),
    cloudFrontLogs: stacks.get("edge")?.parameters.Logs === "true",
    follow: stacks.has("follow"),
    lake: (stacks.get("collect")?.parameters.LakeDatabase ?? "") !== "",
    alarm: isChosen("AlarmEmail"),
    access: isProtected(service),
    dashboard: service.Dashboard === "true",
    reservedConcurrency: isChosen("ReservedConcurrency"),
    ownLayer: !isChosen("LayerArn"),
    permissionsBoundary: isChosen("PermissionsBoundary"),
    vpc: serviceTemplate?.includes("VpcConfig") ?? false,
  };
}
