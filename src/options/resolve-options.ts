/** Where the value of an option comes from: flag, else dsl.yaml, else the environment, else its default. Pure. */
import { type Option, property } from "./option.ts";
import { readText } from "./read-text.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A value and where it stands, such as `dsl.yaml:12`. */
export interface Written {
  value: unknown;
  place: string;
}

export interface Resolved {
  /** By property. */
  values: Record<string, unknown>;
  /** Where those come from that somebody said: `--memory`, `dsl.yaml:12`, `DSL_ENV`. */
  sources: Record<string, string>;
}

/**
 * The values of a command's options. Defaults are applied last, and not at all where a site keeps
 * what is deployed: only the plan knows that.
 */
export function resolveOptions(
  options: readonly Option[],
  flags: Readonly<Record<string, unknown>>,
  file: ReadonlyMap<Option, Written>,
  environment: Environment,
): Resolved {
  const resolved: Resolved = { values: {}, sources: {} };
  for (const option of options) {
    const name = property(option);
    const given =
      combined(option, fromFlag(option, flags[name]), file.get(option)) ??
      fromEnvironment(option, environment);
    if (given !== undefined) resolved.sources[name] = given.place;
    const value = given?.value ?? (option.isKept ? undefined : option.default);
    if (value !== undefined) resolved.values[name] = value;
  }
  return resolved;
}

function fromFlag({ name }: Option, value: unknown): Written | undefined {
  if (value === undefined) return undefined;
  const place = value === false ? `--no-${name}` : `--${name}`;
  return { value, place };
}

/** A flag counts before the file; of mappings, it adds to what the file has. */
function combined(
  { kind }: Option,
  flag: Written | undefined,
  file: Written | undefined,
): Written | undefined {
  if (kind.type !== "map" || flag === undefined || file === undefined) return flag ?? file;
  const value = { ...(file.value as object), ...(flag.value as object) };
  return { value, place: `${file.place} and ${flag.place}` };
}

/** AWS's own variables are read by its SDK; here they only say where the value comes from. */
function fromEnvironment(option: Option, environment: Environment): Written | undefined {
  const { environment: name, kind } = option;
  const text = name === undefined ? undefined : environment[name];
  if (name === undefined || text === undefined || text === "") return undefined;
  return { value: name.startsWith("AWS_") ? undefined : readText(kind, text), place: name };
}
