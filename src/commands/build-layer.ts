import { type Command, Option } from "commander";
import { addOutputOptions } from "../options/common-options.ts";
import type { Architecture } from "../package/layer-zip.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { addLayerOptions, type LayerFlags, layerTarget } from "./layer-options.ts";

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
    .description("Build the Lambda layer with SQLite in it, verify it, and publish it if asked.")
    .addOption(
      new Option("--arch <cpu>", "for which CPU")
        .choices(["arm64", "x86_64", "all"])
        .default("all"),
    )
    .option("--out <dir>", "where the zip goes (default: here, unless it is published)")
    .option("--publish", "publish it as a layer version")
    .option("--public", "publish it for every AWS account");
  addLayerOptions(command);
  addOutputOptions(command);
  command.action(async (flags: Flags) => {
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
