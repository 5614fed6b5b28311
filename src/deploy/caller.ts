import type { AwsClients } from "../aws/clients.ts";

/** Who publishes is good to know and no reason to wait: STS may not be reachable from here. */
const PATIENCE_MS = 3_000;

/** The ARN of the identity that commands work as; null where STS does not say so in time. */
export async function callerArn(clients: AwsClients): Promise<string | null> {
  const { GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
  const abortSignal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const client = await clients.sts();
    const { Arn } = await client.send(new GetCallerIdentityCommand({}), { abortSignal });
    return Arn ?? null;
  } catch {
    return null;
  }
}
