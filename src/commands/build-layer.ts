import type { Command } from "commander";
import type { LayerFlags } from "../options/layer-options.ts";
import type { Architecture } from "../package/layer-zip.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand } from "./define-command.ts";
import { layerTarget } from "./layer-target.ts";

interface Flags extends LayerFlags {
  arch: Architecture | "all";
  out?: string;
  publish?: boolean;
  public?: boolean;
}

/** `dsl build-layer`: the Lambda layer with SQLite and the guard, as a zip or published. */
export function addBuildLayerCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("build-layer")
    .description("Build the Lambda layer with SQLite in it, verify it, and publish it if asked.");
  defineCommand(command, async (flags: Flags) => {
    const { buildLayers } = await import("../layers/layer-commands.ts");
    const { ARCHITECTURES } = await import("../layers/published-layers.ts");
    const isPublic = flags.public ?? false;
    const publish = flags.publish || isPublic;
    await buildLayers(
      {
        architectures: flags.arch === "all" ? ARCHITECTURES : [flags.arch],
        folder: flags.out ?? (publish ? null : "."),
        publish: publish ? { name: flags.name, isPublic, target: layerTarget(flags) } : null,
      },
      reporter,
    );
  });
}
