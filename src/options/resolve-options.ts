/** Where the value of an option comes from: flags, else the environment, else its default. Pure. */
import { type Option, property } from "./option.ts";
import { readText } from "./read-text.ts";

export type Values = Record<string, unknown>;

/**
 * The values of a command's options by property. Defaults are applied last, and not at all where a
 * site keeps what is deployed: only the plan knows that.
 */
export function resolveOptions(
  options: readonly Option[],
  flags: Readonly<Values>,
  environment: Readonly<Record<string, string | undefined>>,
): Values {
  const values: Values = {};
  for (const option of options) {
    const name = property(option);
    const value = flags[name] ?? fromEnvironment(option, environment) ?? fallback(option);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

function fromEnvironment(
  { environment: name, kind }: Option,
  environment: Readonly<Record<string, string | undefined>>,
): unknown {
  if (name === undefined || name.startsWith("AWS_")) return undefined;
  const text = environment[name];
  return text === undefined || text === "" ? undefined : readText(kind, text);
}

function fallback({ default: value, isKept }: Option): unknown {
  return isKept ? undefined : value;
}
