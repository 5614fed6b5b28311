import { type AwsClients, type AwsTarget, createClients } from "../aws/clients.ts";
import type { TargetFlags } from "../options/shared-options.ts";

/**
 * Clients for AWS, or for the local AWS, which is started when it does not run. `given` is what is known of how one
 * place is reached: it counts before flags and environment.
 */
export async function targetOf(
  { region, profile, local: isLocal }: TargetFlags,
  patience?: AwsTarget["patience"],
  given: Pick<AwsTarget, "region" | "endpoint" | "credentials"> = {},
): Promise<AwsClients> {
  if (!isLocal) {
    return createClients({ ...given, region: given.region ?? region, profile, patience });
  }
  const { ensureLocalAws } = await import("../local-aws/control.ts");
  const local = await ensureLocalAws();
  return createClients({ region, local, patience });
}
