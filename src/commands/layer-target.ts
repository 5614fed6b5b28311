import type { LayerTarget } from "../layers/regions.ts";
import type { LayerFlags } from "../options/layer-options.ts";

/** Where layers are, as the command line says it. */
export function layerTarget({ region, profile, local }: LayerFlags): LayerTarget {
  return { regions: region, profile, local };
}
