/** The options that the commands about layers have in common. */
import { type Command, InvalidArgumentError } from "commander";
import type { LayerTarget } from "../layers/regions.ts";

export interface LayerFlags {
  name: string;
  region?: string[];
  profile?: string;
  local?: boolean;
}

/** Lambda allows 140 characters; the CPU is added. */
function parseName(text: string): string {
  if (/^[a-zA-Z0-9-_]{1,120}$/.test(text)) return text;
  throw new InvalidArgumentError("It may have letters, digits, - and _, 120 at most.");
}

export function addLayerOptions(command: Command): Command {
  return command
    .option("--name <name>", "name of the layers; -arm64 or -x86_64 is added", parseName, "dsl")
    .option("--region <region...>", "AWS regions (default: AWS_REGION or the profile's)")
    .option("--profile <profile>", "profile of ~/.aws/config (default: AWS_PROFILE)")
    .option("--local", "on the local AWS");
}

export function layerTarget({ region, profile, local }: LayerFlags): LayerTarget {
  return { regions: region ?? [], profile, local };
}
