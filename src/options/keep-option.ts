/** `--keep 100`, `--keep 30d`, `--keep 100,30d`: which versions of a site are kept. */
import { InvalidArgumentError } from "commander";
import { MOST_HOURS, MOST_VERSIONS, type Retention } from "../../runtime/core/format/retention.ts";
import type { Option } from "./option.ts";

export const KEEP: Option = {
  name: "keep",
  value: "<number|age>",
  help: "keep so many versions, or those of so long: 100, 30d or both, 100,30d",
  kind: { type: "text", read: retention, write: (value) => retentionText(value as Retention) },
  defaultIs: "10",
  isKept: true,
};

/** As it could have been typed: "100,30d". */
export function retentionText({ versions, hours }: Retention): string {
  const age = hours === undefined ? [] : [hours % 24 === 0 ? `${hours / 24}d` : `${hours}h`];
  return [...(versions === undefined ? [] : [String(versions)]), ...age].join(",");
}

const HOURS = { h: 1, d: 24, w: 168 } as const;

/** A version is kept when one of the two says so. Throws InvalidArgumentError. */
export function retention(text: string): Retention {
  const found: Retention = {};
  for (const part of text.split(",")) {
    const [, number = "", unit] = /^\s*(\d{1,6})([hdw])?\s*$/.exec(part) ?? [];
    const key = unit === undefined ? "versions" : "hours";
    const value = Number(number) * (unit === undefined ? 1 : HOURS[unit as keyof typeof HOURS]);
    const most = unit === undefined ? MOST_VERSIONS : MOST_HOURS;
    if (number === "" || value < 1 || value > most || found[key] !== undefined) {
      throw new InvalidArgumentError(
        `It must be a number of versions (at most ${MOST_VERSIONS}), an age (at most 3650d), or both, such as 100, 30d or 100,30d.`,
      );
    }
    found[key] = value;
  }
  return found;
}
