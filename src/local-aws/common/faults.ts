/**
 * Faults on purpose: rules that say which operation fails, how often and how.
 *
 * A rule applies to a call when its service, operation and `match` fit; of the calls that fit, the
 * first `after` pass, then at most `count` are hit, each with `probability`. The random numbers come
 * from a seed, so a run with the same calls in the same order fails in the same places.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

const selection = {
  /** Signing name, or `*` for all. */
  service: z.enum([
    ...["s3", "cloudformation", "lambda", "apigateway", "logs", "sts", "sqs", "ssm", "*"],
  ] as const),
  /** Operation name as in the API reference, such as `GetObject`; every operation when absent. */
  operation: z.string().min(1).optional(),
  /** Regular expression that the resource (object key, stack name, logical id) must contain. */
  match: z
    .string()
    .refine((pattern) => isRegularExpression(pattern), "is not a regular expression")
    .optional(),
  probability: z.number().min(0).max(1).default(1),
  /** How many calls are hit at most. */
  count: z.int().positive().optional(),
  /** How many fitting calls pass before the first is hit. */
  after: z.int().nonnegative().default(0),
};

const ruleSchema = z.discriminatedUnion("kind", [
  /** Answers with an AWS error; nothing is done. */
  z.strictObject({
    ...selection,
    kind: z.literal("error"),
    code: z.string().min(1),
    status: z.int().min(300).max(599).default(500),
    message: z.string().default("Injected by a fault rule."),
  }),
  /** Answers with the service's throttling error; nothing is done. */
  z.strictObject({ ...selection, kind: z.literal("throttle") }),
  /** Waits before the call is handled, at most until other rules are set. */
  z.strictObject({ ...selection, kind: z.literal("slow"), ms: z.int().positive() }),
  /** Handles the call and closes the connection after half of the answer's body; one without is lost. */
  z.strictObject({ ...selection, kind: z.literal("truncate") }),
  /** Resets the connection before anything is read or done. */
  z.strictObject({ ...selection, kind: z.literal("reset") }),
  /** Drops the connection when half of the request body has arrived; nothing is done. */
  z.strictObject({ ...selection, kind: z.literal("kill") }),
  /** Handles the call and drops the connection instead of answering. */
  z.strictObject({ ...selection, kind: z.literal("lost") }),
  /** Handles the call and keeps the answer back, at most until other rules are set. */
  z.strictObject({ ...selection, kind: z.literal("late"), ms: z.int().positive() }),
]);

export const faultSettingsSchema = z.strictObject({
  rules: z.array(ruleSchema),
  seed: z.int().default(1),
  /** By how much the clocks of functions are off, from their next request on. */
  clockOffsetMs: z.int().default(0),
});

export type FaultRule = z.output<typeof ruleSchema>;
export type FaultRuleInput = z.input<typeof ruleSchema>;
export type FaultSettings = z.input<typeof faultSettingsSchema>;

/** The rules in force, with what they have counted so far. */
export class Faults {
  #rules: { rule: FaultRule; pattern: RegExp; fitting: number; hits: number; waiting: number }[] =
    [];
  #random: () => number = seededRandom(1);
  #replaced = new AbortController();
  clockOffsetMs = 0;

  /** Replaces all rules and starts counting anew. Throws a ZodError when a rule is not valid. */
  set(settings: FaultSettings): void {
    const { rules, seed, clockOffsetMs } = faultSettingsSchema.parse(settings);
    this.clockOffsetMs = clockOffsetMs;
    this.#replaced.abort();
    this.#replaced = new AbortController();
    this.#random = seededRandom(seed);
    this.#rules = rules.map((rule) => ({
      rule,
      pattern: new RegExp(rule.match ?? ""),
      fitting: 0,
      hits: 0,
      waiting: 0,
    }));
  }

  /** Waits as a rule that is slow or late says; shorter when other rules are set. */
  async wait(rule: FaultRule & { ms: number }): Promise<void> {
    const entry = this.#rules.find((each) => each.rule === rule);
    if (entry === undefined) return;
    entry.waiting += 1;
    await sleep(rule.ms, undefined, { signal: this.#replaced.signal }).catch(() => {});
    entry.waiting -= 1;
  }

  /**
   * The rules, how often each one hit, and how many calls wait because of it right now: of a rule that is
   * late, those that have been handled.
   */
  report(): { rule: FaultRule; fitting: number; hits: number; waiting: number }[] {
    return this.#rules.map(({ pattern: _pattern, ...counted }) => counted);
  }

  /**
   * The fault that hits this call, if any; counts the call. The server asks for every
   * request; a service may ask for steps of its own that are no request, such as
   * `decide("cloudformation", "CreateResource", "STACK/LOGICALID TYPE")`.
   */
  decide(service: string, operation: string, resource: string): FaultRule | undefined {
    for (const entry of this.#rules) {
      const { rule, pattern } = entry;
      if (rule.service !== "*" && rule.service !== service) continue;
      if (rule.operation !== undefined && rule.operation !== operation) continue;
      if (!pattern.test(resource)) continue;
      entry.fitting += 1;
      if (entry.fitting <= rule.after) continue;
      if (rule.count !== undefined && entry.hits >= rule.count) continue;
      if (rule.probability < 1 && this.#random() >= rule.probability) continue;
      entry.hits += 1;
      return rule;
    }
    return undefined;
  }
}

function isRegularExpression(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}

/** Numbers in [0, 1) that depend only on the seed (a 32-bit xorshift over a mixed seed). */
function seededRandom(seed: number): () => number {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
}
