/**
 * Event patterns: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 * Of the comparisons there are exact values, prefix, suffix, anything-but and exists.
 */
import { z } from "zod";
import { AwsFault } from "../common/service.ts";

const exact = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const comparison = z.union([
  exact,
  z.strictObject({ prefix: z.string() }),
  z.strictObject({ suffix: z.string() }),
  z.strictObject({ exists: z.boolean() }),
  z.strictObject({ "anything-but": z.union([exact, z.array(exact)]) }),
]);

type Comparison = z.output<typeof comparison>;
export type Pattern = { [name: string]: Pattern | Comparison[] };

const patternSchema: z.ZodType<Pattern> = z.lazy(() =>
  z.record(z.string(), z.union([z.array(comparison).min(1), patternSchema])),
);

/** Throws InvalidEventPatternException, also for comparisons that are not known here. */
export function parsePattern(value: unknown): Pattern {
  const parsed = patternSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AwsFault(
    "InvalidEventPatternException",
    `Event pattern is not valid, or has a comparison that the local AWS does not know. (${z.prettifyError(parsed.error)})`,
  );
}

/** Every field of the pattern must be in the event, with one of its values. */
export function matchesPattern(pattern: Pattern, event: unknown): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    const value = isObject(event) ? event[name] : undefined;
    if (!Array.isArray(wanted)) return matchesPattern(wanted, value);
    const values = Array.isArray(value) ? value : [value];
    return wanted.some((one) => values.some((found) => fits(one, found)));
  });
}

function fits(wanted: Comparison, found: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null) return found === wanted;
  if ("exists" in wanted) return (found !== undefined) === wanted.exists;
  if (found === undefined) return false;
  if ("anything-but" in wanted)
    return ![wanted["anything-but"]].flat().some((one) => one === found);
  if (typeof found !== "string") return false;
  return "prefix" in wanted ? found.startsWith(wanted.prefix) : found.endsWith(wanted.suffix);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
