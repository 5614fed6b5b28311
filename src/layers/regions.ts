import type { LambdaClient } from "@aws-sdk/client-lambda";
import { targetOf } from "../deploy/target.ts";
import type { TargetFlags } from "../options/shared-options.ts";

/** Where layers are, as the command line says it. */
export interface LayerTarget extends Omit<TargetFlags, "region"> {
  /** Without any: the one that the environment or the profile names. */
  regions: readonly string[];
}

export interface RegionClient {
  region: string;
  lambda: LambdaClient;
}

/** One Lambda client per region, in the order given. */
export async function regionClients(target: LayerTarget): Promise<RegionClient[]> {
  const regions = target.regions.length === 0 ? [undefined] : [...new Set(target.regions)];
  return Promise.all(
    regions.map(async (region) => {
      const clients = await targetOf({ local: target.local, profile: target.profile, region });
      const lambda = await clients.lambda();
      return { region: region ?? (await lambda.config.region()), lambda };
    }),
  );
}
