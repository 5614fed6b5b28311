import type { Command } from "commander";
import { addOutputOptions } from "../options/common-options.ts";
import { arn } from "../options/option-values.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { addLayerOptions, type LayerFlags, layerTarget } from "./layer-options.ts";

interface Flags extends LayerFlags {
  old?: boolean;
  yes?: boolean;
}

const parseArn = arn(
  /^arn:aws[\w-]*:lambda:[a-z0-9-]+:\d{12}:layer:[\w-]+:\d+$/,
  "arn:aws:lambda:eu-central-1:123456789012:layer:dsl-arm64:3",
);

/** `dsl delete-layer ARN...`: functions that use a deleted version keep it. */
export function addDeleteLayerCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("delete-layer")
    .description("Delete published layer versions; functions that use them are not affected.")
    .argument(
      "[arns...]",
      "layer version ARNs, as list-layers prints them",
      (text, all: string[] = []) => [...all, parseArn(text)],
    )
    .option("--old", "all but the newest version for each CPU and region")
    .option("-y, --yes", "do not ask");
  addLayerOptions(command);
  addOutputOptions(command);
  command.action(async (arns: string[], flags: Flags) => {
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
