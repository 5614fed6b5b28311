/**
 * Datasette's `-s/--setting NAME VALUE`. commander's options take one value, so `joinSettings` makes
 * `--setting NAME=VALUE` of it before the command line is parsed.
 */
import { InvalidArgumentError, Option } from "commander";

const FLAGS = ["-s", "--setting"];

export function joinSettings(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const [flag, name, value] = args.slice(i, i + 3);
    if (FLAGS.includes(flag!) && name !== undefined && value !== undefined) {
      joined.push("--setting", `${name}=${value}`);
      i += 2;
    } else joined.push(flag!);
  }
  return joined;
}

/** Collects the settings as {name: value}; whether they exist is checked with the configuration. */
export function settingOption(): Option {
  return new Option(
    "-s, --setting <NAME VALUE>",
    "a Datasette setting, such as sql_time_limit_ms 500",
  )
    .default({}, "none")
    .argParser((text: string, settings: Record<string, string>) => {
      const equals = text.indexOf("=");
      if (equals < 1) throw new InvalidArgumentError("It needs a name and a value.");
      return { ...settings, [text.slice(0, equals)]: text.slice(equals + 1) };
    });
}
