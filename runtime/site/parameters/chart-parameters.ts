import {
  AGGREGATES,
  CHART_KINDS,
  type ChartKind,
  type ChartSpec,
  TIME_UNITS,
} from "../../core/chart-spec.ts";
import { badRequest } from "../errors.ts";
import type { Arguments } from "./arguments.ts";

/** The chart that was asked for; all is null where a suggestion is wanted. */
export interface ChartRequest extends Omit<ChartSpec, "kind" | "x"> {
  kind: ChartKind | null;
  x: string | null;
}

/**
 * `_chart`, `_x`, `_y`, `_aggregate`, `_color` and `_unit`.
 * @throws HttpError 400
 */
export function parseChart(args: Arguments): ChartRequest {
  const y = args.get("_y") || null;
  return {
    kind: oneOf(args, "_chart", CHART_KINDS),
    x: args.get("_x") || null,
    y,
    aggregate: oneOf(args, "_aggregate", AGGREGATES) ?? (y === null ? "count" : "sum"),
    color: args.get("_color") || null,
    unit: oneOf(args, "_unit", TIME_UNITS),
  };
}

function oneOf<T extends string>(args: Arguments, name: string, known: readonly T[]): T | null {
  const text = args.get(name);
  if (!text) return null;
  const found = known.find((each) => each === text);
  if (found === undefined) throw badRequest(`${name} must be one of ${known.join(", ")}`);
  return found;
}
