import { type AwsClients, type AwsTarget, createClients } from "../aws/clients.ts";
import type { TargetFlags } from "../options/shared-options.ts";

/** Clients for AWS, or for the local AWS, which is started when it does not run. */
export async function targetOf(
  flags: TargetFlags,
  patience?: AwsTarget["patience"],
): Promise<AwsClients> {
  const { region, profile } = flags;
  if (!flags.local) return createClients({ region, profile, patience });
  const { ensureLocalAws } = await import("../local-aws/control.ts");
  const local = await ensureLocalAws();
  return createClients({ region, local, patience });
}
