import type { Command } from "commander";
import { addOutputOptions } from "../options/common-options.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { addLayerOptions, type LayerFlags, layerTarget } from "./layer-options.ts";

/** `dsl list-layers`: the layer versions that build-layer published. */
export function addListLayersCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("list-layers")
    .description("List the layer versions that build-layer --publish made.");
  addLayerOptions(command);
  addOutputOptions(command);
  command.action(async (flags: LayerFlags) => {
    const { listLayers } = await import("../layers/layer-commands.ts");
    await listLayers(flags.name, layerTarget(flags), reporter);
  });
}
