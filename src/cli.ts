#!/usr/bin/env node
/**
 * argv → command → exit code: 0 done, 1 failed or declined, 2 used wrongly, 3 replaced by somebody else (watch, replicate),
 * 130 interrupted (Ctrl-C).
 * To add a command: write src/commands/NAME.ts with an `addNameCommand(program, reporter)` and
 * name it in COMMANDS. Commands never exit; they return or throw a DslError.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Command, CommanderError } from "commander";
import { DslError } from "../runtime/core/dsl-error.ts";
import { explainAwsError } from "./aws/errors.ts";
import { addBuildLayerCommand } from "./commands/build-layer.ts";
import { addCollectCommand, addTokenCommand } from "./commands/collect-commands.ts";
import { addCompletionCommand } from "./commands/completion.ts";
import { addConvertCommand } from "./commands/convert.ts";
import { addDeleteLayerCommand } from "./commands/delete-layer.ts";
import { addDeleteStackCommand } from "./commands/delete-stack.ts";
import { addDiffCommand } from "./commands/diff.ts";
import { addHelpTexts, formatHelp } from "./commands/help.ts";
import { addLoadsCommand, addPutCommand } from "./commands/inbox-commands.ts";
import { addInitCommand } from "./commands/init.ts";
import { addListLayersCommand } from "./commands/list-layers.ts";
import { addLocalCommand } from "./commands/local.ts";
import { insteadOf } from "./commands/not-commands.ts";
import { addPolicyCommand } from "./commands/policy.ts";
import { addPublishCommand } from "./commands/publish.ts";
import { addReplicateCommand, addRestoreCommand } from "./commands/replicate.ts";
import { addSchemaCommand } from "./commands/schema.ts";
import { addServeCommand } from "./commands/serve.ts";
import {
  addCostCommand,
  addDoctorCommand,
  addDownloadCommand,
  addListCommand,
  addLogsCommand,
  addOpenCommand,
  addRemoveCommand,
  addRollbackCommand,
  addStatusCommand,
  addVersionsCommand,
} from "./commands/site-commands.ts";
import { addUpdateStackCommand } from "./commands/update-stack.ts";
import { addWatchCommand } from "./commands/watch.ts";
import { joinSettings } from "./options/content-options.ts";
import { dashed } from "./options/publish-options.ts";
import { documentationFile } from "./paths.ts";
import { Interrupted } from "./terminal/confirm.ts";
import { createTerminal } from "./terminal/create-terminal.ts";
import { reportOf } from "./terminal/error-report.ts";
import { outputMayBeLost } from "./terminal/output-loss.ts";
import type { Reporter } from "./terminal/reporter.ts";
import { versionAndCommit } from "./version.ts";

/** In the order in which `dsl --help` lists them. */
const COMMANDS: ((program: Command, reporter: Reporter) => void)[] = [
  addInitCommand,
  addUpdateStackCommand,
  addWatchCommand,
  addReplicateCommand,
  addRestoreCommand,
  addDiffCommand,
  addPublishCommand,
  addDeleteStackCommand,
  addStatusCommand,
  addListCommand,
  addOpenCommand,
  addLogsCommand,
  addVersionsCommand,
  addPutCommand,
  addLoadsCommand,
  addCollectCommand,
  addTokenCommand,
  addRemoveCommand,
  addRollbackCommand,
  addDownloadCommand,
  addCostCommand,
  addServeCommand,
  addConvertCommand,
  addLocalCommand,
  addBuildLayerCommand,
  addListLayersCommand,
  addDeleteLayerCommand,
  addDoctorCommand,
  addPolicyCommand,
  addSchemaCommand,
  addCompletionCommand,
];

function createProgram(reporter: Reporter): Command {
  const program = new Command("dsl")
    .description("Publish SQLite databases as a website and a JSON API on AWS Lambda.")
    .version(versionAndCommit(), "-V, --version")
    // Behind a command --version is the command's own.
    .enablePositionalOptions()
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  formatHelp(program);
  // Commands added from here on inherit the settings above.
  for (const addCommand of COMMANDS) addCommand(program, reporter);
  addHelpTexts(program, documentationFile);
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
  const command = /^unknown command '(.*)'$/.exec(sentence)?.[1];
  const instead = command === undefined ? null : insteadOf(command);
  const hint = instead ?? suggestion?.replace(/^\(did you mean (.*)\?\)$/i, "did you mean $1?");
  const message = sentence.charAt(0).toUpperCase() + sentence.slice(1);
  return new DslError("usage", message, hint ?? "see dsl --help, or --help after the command", {
    exitCode: 2,
  });
}

/** What the shell expects of a process that a signal ended: 128 and the signal's number. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Whoever does not take what is printed keeps nobody from ending. */
const SLOW_READER_MS = 10_000;

async function main(args: string[]): Promise<void> {
  const lostOutput = outputMayBeLost();
  const terminal = await createTerminal(args);
  const interrupt = (exitCode: number) => {
    terminal.interrupted();
    process.exit(exitCode);
  };
  for (const [signal, exitCode] of Object.entries(SIGNALS)) {
    process.once(signal, () => interrupt(exitCode));
  }
  try {
    await createProgram(terminal).parseAsync(joinSettings(dashed(args)), { from: "user" });
    const loss = await lostOutput();
    if (loss !== null) throw unwritable(loss);
  } catch (thrown) {
    if (thrown instanceof Interrupted) return interrupt(SIGNALS.SIGINT);
    const error = thrown instanceof CommanderError ? usageError(thrown) : explainAwsError(thrown);
    if (error === null) return;
    const report = reportOf(error);
    terminal.error(report);
    // A pipe takes 64 kB at once: an exit would cut off the rest.
    await Promise.race([lostOutput(), sleep(SLOW_READER_MS, null, { ref: false })]);
    // Not only process.exitCode: what was started in parallel with what failed must not go on.
    process.exit(report.exitCode);
  }
}

function unwritable(loss: Error): DslError {
  return new DslError(
    "output_lost",
    `The command has done its work, but what it says could not be written (${loss.message})`,
    "free some space where its output goes, or send it elsewhere, and run the same command again",
    { cause: loss },
  );
}

await main(process.argv.slice(2));
