/** What every option of a site is and where that comes from. Pure. */
import { UPDATE_OPTIONS } from "../options/update-options.ts";
import { describeValue } from "./describe-parameter.ts";
import type { GivenOption } from "./inputs.ts";
import type { Parameters } from "./plan.ts";

export interface OptionOrigin extends GivenOption {
  option: string;
}

/**
 * In the order of the help: what was given, and what a site has without: `current` are the deployed
 * parameters of the service stack, `wanted` those that it is to have.
 */
export function optionOrigins(
  given: ReadonlyMap<string, GivenOption>,
  current: Readonly<Record<string, string>>,
  wanted: Parameters,
): OptionOrigin[] {
  return UPDATE_OPTIONS.flatMap(({ name: option, key, parameter }) => {
    const said = key === null ? undefined : given.get(option);
    const value = parameter === undefined ? undefined : wanted[parameter];
    if (parameter === undefined || value === undefined || value === null) {
      return said === undefined ? [] : [{ option, ...said }];
    }
    const from = said?.from ?? (current[parameter] === value ? "as deployed" : "default");
    return [{ option, value: describeValue(parameter, value), from }];
  });
}

/** Lines for `--dry-run`. */
export function describeOrigins(origins: readonly OptionOrigin[]): string[] {
  return [
    "Options, and where they come from",
    ...origins.map(({ option, value, from }) => `  ${option}: ${value} (${from})`),
  ];
}
