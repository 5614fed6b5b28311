import { DslError } from "../../runtime/core/dsl-error.ts";
import type { Architecture, DeployedState, Facts, UpdateOptions } from "./inputs.ts";
import { surviving } from "./stack-action.ts";

/** The CPU to deploy for: as asked, else as deployed, else this machine's. */
export function chooseArchitecture(
  { architecture }: UpdateOptions,
  deployed: DeployedState,
  machine: Architecture,
): Architecture {
  const current = surviving(deployed, "service")?.parameters.Architecture;
  const isKnown = current === "arm64" || current === "x86_64";
  return architecture ?? (isKnown ? current : machine);
}

/** The package's own layer for a CPU; null where `--layer-arn` replaces it. */
export function chooseLayer(
  options: UpdateOptions,
  facts: Facts,
  architecture: Architecture,
): { key: string; size: number } | null {
  if (options.layerArn !== undefined) return null;
  const layer = facts.package.layers[architecture];
  if (layer !== undefined) return layer;
  throw new DslError(
    "no_layer",
    `There is no layer for ${architecture} on this machine`,
    `dsl build-layer --arch ${architecture}, or --arch ${facts.package.machine}`,
  );
}
