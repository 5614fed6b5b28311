import type { Command } from "commander";
import type { LayerFlags } from "../options/layer-options.ts";
import { readText } from "../options/read-text.ts";
import { LAYER_ARN_KIND } from "../options/shared-options.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand } from "./define-command.ts";
import { layerTarget } from "./layer-target.ts";

interface Flags extends LayerFlags {
  old?: boolean;
  yes?: boolean;
}

/** `dsl delete-layer ARN...`: functions that use a deleted version keep it. */
export function addDeleteLayerCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("delete-layer")
    .description("Delete published layer versions; functions that use them are not affected.")
    .argument(
      "[arns...]",
      "layer version ARNs, as list-layers prints them",
      (text, all: string[] = []) => [...all, readText(LAYER_ARN_KIND, text) as string],
    );
  defineCommand(command, async (arns: string[], flags: Flags) => {
    const { deleteLayers } = await import("../layers/layer-commands.ts");
    await deleteLayers(
      {
        arns,
        oldOf: flags.old ? flags.name : null,
        yes: flags.yes ?? false,
        target: layerTarget(flags),
      },
      reporter,
    );
  });
}
