import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import type { AwsClients } from "../aws/clients.ts";

/** CloudFormation, and how often it may be asked. */
export interface Cloud {
  client: CloudFormationClient;
  pollMilliseconds: number;
}

export async function cloudOf(clients: AwsClients): Promise<Cloud> {
  return { client: await clients.cloudFormation(), pollMilliseconds: clients.pollMilliseconds };
}
