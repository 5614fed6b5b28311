/** The name of the site: the first argument of many commands, which dsl.yaml may say instead. */
import type { Argument, Command } from "commander";
import { DslError } from "../../runtime/core/dsl-error.ts";

const SITE = "stack-name";

/** What CloudFormation takes as a name, so that a path or a number is none. */
const NAME = /^[A-Za-z][A-Za-z0-9-]*$/;

/**
 * Lets the site's name be left out. Returns what gives the values of all arguments once dsl.yaml has
 * been read, `known` being the name that it has; null for a command that is not about one site.
 */
export function siteArguments(command: Command): ((known: string | null) => unknown[]) | null {
  const declared = command.registeredArguments;
  const [site, ...others] = declared;
  if (site?.name() !== SITE) return null;
  const needed = others.filter(({ required }) => required);
  // Some commands do with a site, and without one something for all of them.
  const isNeeded = site.required;
  command.usage(["[options]", `[${SITE}]`, ...others.map(term)].join(" "));
  // What is missing, commander cannot know.
  for (const argument of declared) argument.required = false;
  return (known) => {
    const typed = command.args;
    const isLeftOut =
      known !== null && (typed.length <= needed.length || !NAME.test(typed[0] ?? ""));
    const all = isLeftOut ? [known, ...typed] : typed;
    const missing = isNeeded ? [site, ...needed][all.length] : undefined;
    if (missing !== undefined) throw missingArgument(missing);
    return declared.map((argument, i) => argumentValue(argument, all.slice(i)));
  };
}

function term(argument: Argument): string {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** As commander reads it: `rest` begins with this argument. */
function argumentValue({ variadic, parseArg }: Argument, rest: readonly string[]): unknown {
  if (variadic) return [...rest];
  const [text] = rest;
  return text === undefined || parseArg === undefined ? text : parseArg(text, undefined);
}

function missingArgument(argument: Argument): DslError {
  const hint =
    argument.name() === SITE
      ? "type the name of the site, or put it into dsl.yaml (dsl init)"
      : "see --help after the command";
  return new DslError("usage", `Missing required argument '${argument.name()}'`, hint, {
    exitCode: 2,
  });
}
