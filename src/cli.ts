#!/usr/bin/env node
/**
 * argv → command → exit code: 0 done, 1 failed, 2 used wrongly, 130 interrupted (Ctrl-C).
 * To add a command: write src/commands/NAME.ts with an `addNameCommand(program, reporter)` and
 * name it in COMMANDS. Commands never exit; they return or throw a DslError.
 */
import { Command, CommanderError } from "commander";
import { DslError } from "../runtime/core/dsl-error.ts";
import { explainAwsError } from "./aws/errors.ts";
import { addBuildLayerCommand } from "./commands/build-layer.ts";
import { addDeleteLayerCommand } from "./commands/delete-layer.ts";
import { addDeleteStackCommand } from "./commands/delete-stack.ts";
import { addListLayersCommand } from "./commands/list-layers.ts";
import { addLocalCommand } from "./commands/local.ts";
import { addServeCommand } from "./commands/serve.ts";
import { joinSettings } from "./commands/setting-option.ts";
import { addUpdateStackCommand } from "./commands/update-stack.ts";
import { createTerminal } from "./terminal/create-terminal.ts";
import { reportOf } from "./terminal/error-report.ts";
import type { Reporter } from "./terminal/reporter.ts";
import { VERSION } from "./version.ts";

/** In the order in which `dsl --help` lists them. */
const COMMANDS: ((program: Command, reporter: Reporter) => void)[] = [
  addUpdateStackCommand,
  addDeleteStackCommand,
  addServeCommand,
  addLocalCommand,
  addBuildLayerCommand,
  addListLayersCommand,
  addDeleteLayerCommand,
];

function createProgram(reporter: Reporter): Command {
  const program = new Command("dsl")
    .description("Publish SQLite databases as a website and a JSON API on AWS Lambda.")
    .version(VERSION, "-V, --version")
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  // Commands added from here on inherit the two settings above.
  for (const addCommand of COMMANDS) addCommand(program, reporter);
  return program;
}

/** commander says "error: unknown option '--yess'\n(Did you mean --yes?)"; null when it printed help. */
function usageError(error: CommanderError): DslError | null {
  if (error.exitCode === 0) return null;
  const [sentence = "", suggestion] = error.message.replace(/^error: /, "").split("\n");
  if (error.code === "commander.help") {
    return new DslError("usage", "No command was given", "dsl update-stack --help", {
      exitCode: 2,
    });
  }
  const hint = suggestion?.replace(/^\(did you mean (.*)\?\)$/i, "did you mean $1?");
  const message = sentence.charAt(0).toUpperCase() + sentence.slice(1);
  return new DslError("usage", message, hint ?? "see dsl --help, or --help after the command", {
    exitCode: 2,
  });
}

async function main(args: string[]): Promise<void> {
  const terminal = await createTerminal(args);
  process.once("SIGINT", () => {
    terminal.interrupted();
    process.exit(130);
  });
  process.once("SIGTERM", () => process.exit(143));
  try {
    await createProgram(terminal).parseAsync(joinSettings(args), { from: "user" });
  } catch (thrown) {
    const error = thrown instanceof CommanderError ? usageError(thrown) : explainAwsError(thrown);
    if (error === null) return;
    const report = reportOf(error);
    terminal.error(report);
    // Not only process.exitCode: what was started in parallel with what failed must not go on.
    process.exit(report.exitCode);
  }
}

await main(process.argv.slice(2));
