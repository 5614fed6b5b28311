import { compareText } from "../../core/compare-text.ts";
import { badRequest } from "../errors.ts";
import type { Arguments } from "./arguments.ts";

/** The names in `_extra`, which may be repeated and may hold several, separated by commas. */
export function parseExtras(args: Arguments): Set<string> {
  return new Set(
    args
      .getAll("_extra")
      .flatMap((names) => names.split(","))
      .filter((name) => name !== ""),
  );
}

/** @throws HttpError 400 when one is not among `known` */
export function checkExtras(extras: ReadonlySet<string>, known: Iterable<string>): void {
  const names = new Set(known);
  const unknown = [...extras].filter((name) => !names.has(name)).sort(compareText);
  if (unknown.length > 0) throw badRequest(`Unknown _extra: ${unknown.join(", ")}`);
}
