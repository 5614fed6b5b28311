import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import type { AwsClients } from "../aws/clients.ts";
import { type Role, STACK_KINDS } from "./roles.ts";

/** CloudFormation, and how often it may be asked. */
export interface Cloud {
  client: CloudFormationClient;
  pollMilliseconds: number;
}

/** CloudFormation where the stacks of this role are; without one: in the site's region. */
export async function cloudOf(clients: AwsClients, role?: Role): Promise<Cloud> {
  const region = role === undefined ? null : STACK_KINDS[role].region;
  const there = region === null ? clients : clients.inRegion(region);
  return { client: await there.cloudFormation(), pollMilliseconds: there.pollMilliseconds };
}
