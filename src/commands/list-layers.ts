import type { Command } from "commander";
import type { LayerFlags } from "../options/layer-options.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand } from "./define-command.ts";
import { layerTarget } from "./layer-target.ts";

/** `dsl list-layers`: the layer versions that build-layer published. */
export function addListLayersCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("list-layers")
    .description("List the layer versions that build-layer --publish made.");
  defineCommand(command, async (flags: LayerFlags) => {
    const { listLayers } = await import("../layers/layer-commands.ts");
    await listLayers(flags.name, layerTarget(flags), reporter);
  });
}
