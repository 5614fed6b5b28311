import { Argument, type Command } from "commander";
import {
  type CompletedCommand,
  completionScript,
  SHELLS,
  type Shell,
} from "../terminal/completion.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { defineCommand } from "./define-command.ts";

/** Arguments that are files on this machine. */
const FILE_ARGUMENTS = ["files", "databases"];

/** `dsl completion SHELL`: a script that completes commands and options. */
export function addCompletionCommand(program: Command, reporter: Reporter): void {
  const command = program
    .command("completion")
    .description("Print a completion script for a shell.")
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .addHelpText("after", "\nbash: source <(dsl completion bash)");
  defineCommand(command, (shell: Shell) => {
    const script = completionScript(shell, program.commands.map(completed));
    reporter.result(script.trimEnd().split("\n"), { shell, script });
  });
}

function completed(command: Command): CompletedCommand {
  return {
    name: command.name(),
    description: command.description(),
    options: [
      ...command.options.flatMap(({ long, hidden }) => (hidden || !long ? [] : long)),
      "--help",
    ],
    subcommands: command.commands.map((inner) => inner.name()),
    takesFiles: command.registeredArguments.some((argument) =>
      FILE_ARGUMENTS.includes(argument.name()),
    ),
  };
}
