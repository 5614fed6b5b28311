/** EventBridge's default bus: rules, kept on disk, and the events that go to their targets. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { readJson, writeJson } from "../common/json-file.ts";
import { AwsFault } from "../common/service.ts";
import { letsSend } from "../sqs/queue-policy.ts";
import type { Queues } from "../sqs/queues.ts";
import { matchesPattern, type Pattern, parsePattern } from "./pattern.ts";

export interface RuleSettings {
  description: string;
  state: "ENABLED" | "DISABLED";
  /** Which events it takes; undefined: none. */
  pattern: unknown;
  /** `rate(5 minutes)`: an event of its own each time; undefined: none. */
  schedule: string | undefined;
  targets: { id: string; arn: string }[];
}

interface Rule extends Omit<RuleSettings, "pattern"> {
  name: string;
  arn: string;
  region: string;
  pattern: Pattern | undefined;
  token: string;
}

/** An event as targets get it. */
export interface BusEvent {
  region: string;
  source: string;
  [name: string]: unknown;
}

export class Rules {
  readonly #path: string;
  readonly #accountId: string;
  readonly #queues: Queues;
  readonly #rules: Map<string, Rule>;
  /** Of rules with a schedule, by ARN. */
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(home: string, accountId: string, queues: Queues) {
    this.#path = join(home, "events", "rules.json");
    this.#accountId = accountId;
    this.#queues = queues;
    this.#rules = new Map((readJson<Rule[]>(this.#path) ?? []).map((rule) => [rule.arn, rule]));
    for (const rule of this.#rules.values()) this.#setTimer(rule);
  }

  /**
   * Makes or changes a rule. Throws InvalidEventPatternException, ResourceAlreadyExistsException,
   * ValidationException for a name or a target.
   */
  put(region: string, name: string, settings: RuleSettings, token: string): { arn: string } {
    if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name)) {
      throw new AwsFault("ValidationException", `${name} is not a name of a rule.`);
    }
    const arn = `arn:aws:events:${region}:${this.#accountId}:rule/${name}`;
    const existing = this.#rules.get(arn);
    if (existing !== undefined && existing.token !== token) {
      throw new AwsFault("ResourceAlreadyExistsException", `Rule ${name} already exists.`);
    }
    for (const target of settings.targets) {
      if (/^arn:aws:sqs:/.test(target.arn)) continue;
      throw new AwsFault(
        "ValidationException",
        `The local EventBridge has queues as targets only, not ${target.arn}.`,
      );
    }
    const { schedule } = settings;
    if (schedule !== undefined) everyMilliseconds(schedule);
    const pattern = settings.pattern === undefined ? undefined : parsePattern(settings.pattern);
    if (pattern === undefined && schedule === undefined) {
      throw new AwsFault("ValidationException", "EventPattern or ScheduleExpression is required.");
    }
    const rule = { ...settings, pattern, name, arn, region, token };
    this.#rules.set(arn, rule);
    this.#setTimer(rule);
    this.#save();
    return { arn };
  }

  /** For an update, which keeps whose the rule is. Throws ResourceNotFoundException. */
  tokenOf(region: string, name: string): string {
    const rule = this.#rules.get(`arn:aws:events:${region}:${this.#accountId}:rule/${name}`);
    if (rule !== undefined) return rule.token;
    throw new AwsFault("ResourceNotFoundException", `Rule ${name} does not exist.`);
  }

  delete(region: string, name: string): void {
    const arn = `arn:aws:events:${region}:${this.#accountId}:rule/${name}`;
    clearInterval(this.#timers.get(arn));
    this.#timers.delete(arn);
    if (this.#rules.delete(arn)) this.#save();
  }

  /** Sends an event to the targets of all rules that it fits; queues that do not let it in get nothing. */
  deliver(event: BusEvent): void {
    for (const rule of this.#rules.values()) {
      if (rule.region !== event.region || rule.state !== "ENABLED") continue;
      if (rule.pattern === undefined || !matchesPattern(rule.pattern, event)) continue;
      this.#send(rule, event);
    }
  }

  #send({ arn, targets }: Rule, event: BusEvent): void {
    for (const target of targets) {
      const queue = this.#queues.find(target.arn);
      if (queue === undefined) continue;
      if (!letsSend(queue.policy, queue.arn, "events.amazonaws.com", arn)) continue;
      this.#queues.send(queue.arn, JSON.stringify(event));
    }
  }

  /** Counted from now, as from when a rule is made; what was due while nothing ran is not made up for. */
  #setTimer(rule: Rule): void {
    clearInterval(this.#timers.get(rule.arn));
    this.#timers.delete(rule.arn);
    const { schedule, state, region, arn } = rule;
    if (schedule === undefined || state !== "ENABLED") return;
    const tick = () => this.#send(rule, scheduledEvent(arn, region, this.#accountId));
    this.#timers.set(arn, setInterval(tick, everyMilliseconds(schedule)).unref());
  }

  #save(): void {
    writeJson(this.#path, [...this.#rules.values()]);
  }
}

const UNITS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Of a rate: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 * Throws ValidationException, also for cron expressions, which the local AWS does not know.
 */
function everyMilliseconds(schedule: string): number {
  const [, number = "", unit = "", plural] =
    /^rate\(([1-9]\d{0,5}) (minute|hour|day)(s?)\)$/.exec(schedule) ?? [];
  const isRight = number !== "" && (plural === "s") === (number !== "1");
  if (isRight) return Number(number) * UNITS[unit as keyof typeof UNITS];
  throw new AwsFault(
    "ValidationException",
    `Parameter ScheduleExpression is not valid: ${schedule}`,
  );
}

function scheduledEvent(arn: string, region: string, account: string): BusEvent {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account,
    time: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: [arn],
    detail: {},
  };
}
