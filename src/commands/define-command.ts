/** From an option's description to the command line: commander's options, and the values in the handler. */
import { type Command, Option as CommanderOption } from "commander";
import { optionsOf } from "../options/command-options.ts";
import type { Option } from "../options/option.ts";
import { readText } from "../options/read-text.ts";
import { resolveOptions } from "../options/resolve-options.ts";

/**
 * Gives a command its options (src/options/command-options.ts) and its handler, which is called with
 * the arguments and the values of the options: what was typed, else what the environment says, else
 * the default.
 */
export function defineCommand(command: Command, handler: Parameters<Command["action"]>[0]): void {
  const options = optionsOf(wordsOf(command));
  for (const option of options) addOption(command, option);
  command.action(async (...received) => {
    // commander's own last two: the flags and the command.
    const [args, flags] = [received.slice(0, -2), received.at(-2)];
    await handler.call(command, ...args, resolveOptions(options, flags, process.env));
  });
}

/** "status", "local start" */
export function wordsOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${parent.name()} ${command.name()}` : command.name();
}

function addOption(command: Command, option: Option): void {
  const { kind, help, negated } = option;
  const flag = new CommanderOption(flagsOf(option), `${help}${describeDefault(option)}`);
  if (option.isRequired) flag.makeOptionMandatory();
  if (option.conflictsWith) flag.conflicts(option.conflictsWith);
  if (kind.type !== "switch") {
    flag.argParser((text: string, previous: unknown) => readText(kind, text, previous));
  }
  command.addOption(flag);
  if (kind.type !== "switch") return;
  const off = new CommanderOption(`--no-${option.name}`, negated ?? `not --${option.name}`);
  command.addOption(negated === undefined ? off.hideHelp() : off);
}

function flagsOf({ short, name, value }: Option): string {
  const words = value === undefined ? `--${name}` : `--${name} ${value}`;
  return short === undefined ? words : `-${short}, ${words}`;
}

/** What the help says after an option's text. commander is not told of defaults: they come last. */
function describeDefault({ kind, default: value, defaultIs, isKept }: Option): string {
  const facts: string[] = [];
  if (kind.type === "choice" && kind.among.length < 5) facts.push(kind.among.join(", "));
  const text = String(defaultIs ?? value ?? "");
  const isWorthSaying = text !== "" && (text !== "none" || kind.type === "number");
  if (isWorthSaying) facts.push(`default${isKept ? " in a new site" : ""}: ${text}`);
  return facts.length === 0 ? "" : ` (${facts.join("; ")})`;
}
