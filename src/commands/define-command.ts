/** From an option's description to the command line: commander's options, and the values in the handler. */
import { type Command, Option as CommanderOption } from "commander";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { goesByFile, optionsOf } from "../options/command-options.ts";
import { type Option, property } from "../options/option.ts";
import { readText } from "../options/read-text.ts";
import { resolveOptions } from "../options/resolve-options.ts";
import { FILE_OPTIONS } from "../options/shared-options.ts";
import { openProject } from "../project-file/open-project.ts";
import { withPlace } from "../project-file/place-of-mistake.ts";
import type { Project } from "../project-file/project.ts";
import { siteArguments } from "./site-argument.ts";

/** What a handler may want to know besides: the last of its parameters. */
export interface Given {
  /** dsl.yaml; null where there is none. */
  project: Project | null;
  /** Where values come from that somebody said, by property. */
  sources: Record<string, string>;
}

/**
 * Gives a command its options (src/options/command-options.ts) and its handler, which is called with
 * the arguments, the values of the options and `Given`. A value is what was typed, else what dsl.yaml
 * says, else the environment, else the default; a site's name may be that of dsl.yaml.
 */
export function defineCommand(command: Command, handler: Parameters<Command["action"]>[0]): void {
  const words = wordsOf(command);
  const options = optionsOf(words);
  for (const option of options) addOption(command, option);
  const withSite = siteArguments(command);
  command.action(async (...received) => {
    // commander's own last two: the flags and the command.
    const [typed, flags] = [received.slice(0, -2), received.at(-2)];
    const project = goesByFile(words) ? await projectFor(flags) : null;
    const args = withSite === null ? typed : withSite(project?.name ?? null);
    const written = project?.valuesFor(words) ?? new Map();
    const { values, sources } = resolveOptions(options, flags, written, process.env);
    requireValues(options, values);
    try {
      await handler.call(command, ...args, values, { project, sources } satisfies Given);
    } catch (error) {
      throw withPlace(error, project);
    }
  });
}

/** "status", "local start" */
export function wordsOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${parent.name()} ${command.name()}` : command.name();
}

function projectFor(flags: Record<string, unknown>): Promise<Project | null> {
  const { values } = resolveOptions(FILE_OPTIONS, flags, new Map(), process.env);
  return openProject(values.file as string | undefined, values.env as string | undefined);
}

function requireValues(options: readonly Option[], values: Record<string, unknown>): void {
  const missing = options.find(
    (option) => option.isRequired && values[property(option)] === undefined,
  );
  if (missing === undefined) return;
  const message = `Required option '${flagsOf(missing)}' not specified`;
  throw new DslError("usage", message, "see --help after the command", { exitCode: 2 });
}

function addOption(command: Command, option: Option): void {
  const { kind, help, negated } = option;
  const flag = new CommanderOption(flagsOf(option), `${help}${describeDefault(option)}`);
  if (option.conflictsWith) flag.conflicts(option.conflictsWith);
  if (kind.type !== "switch") {
    flag.argParser((text: string, previous: unknown) => readText(kind, text, previous));
  }
  command.addOption(option.isHidden ? flag.hideHelp() : flag);
  if (kind.type !== "switch" && negated === undefined) return;
  const off = new CommanderOption(`--no-${option.name}`, negated ?? `not --${option.name}`);
  command.addOption(negated === undefined || option.isHidden ? off.hideHelp() : off);
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
