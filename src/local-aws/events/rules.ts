/** EventBridge's default bus: rules, kept on disk, and the events that go to their targets. */
import { join } from "node:path";
import { readJson, writeJson } from "../common/json-file.ts";
import { AwsFault } from "../common/service.ts";
import { letsSend } from "../sqs/queue-policy.ts";
import type { Queues } from "../sqs/queues.ts";
import { matchesPattern, type Pattern, parsePattern } from "./pattern.ts";

export interface RuleSettings {
  description: string;
  state: "ENABLED" | "DISABLED";
  pattern: unknown;
  targets: { id: string; arn: string }[];
}

interface Rule extends Omit<RuleSettings, "pattern"> {
  name: string;
  arn: string;
  region: string;
  pattern: Pattern;
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

  constructor(home: string, accountId: string, queues: Queues) {
    this.#path = join(home, "events", "rules.json");
    this.#accountId = accountId;
    this.#queues = queues;
    this.#rules = new Map((readJson<Rule[]>(this.#path) ?? []).map((rule) => [rule.arn, rule]));
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
    const pattern = parsePattern(settings.pattern);
    this.#rules.set(arn, { ...settings, pattern, name, arn, region, token });
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
    if (this.#rules.delete(`arn:aws:events:${region}:${this.#accountId}:rule/${name}`))
      this.#save();
  }

  /** Sends an event to the targets of all rules that it fits; queues that do not let it in get nothing. */
  deliver(event: BusEvent): void {
    for (const rule of this.#rules.values()) {
      if (rule.region !== event.region || rule.state !== "ENABLED") continue;
      if (!matchesPattern(rule.pattern, event)) continue;
      for (const target of rule.targets) {
        const queue = this.#queues.find(target.arn);
        if (queue === undefined) continue;
        if (!letsSend(queue.policy, queue.arn, "events.amazonaws.com", rule.arn)) continue;
        this.#queues.send(queue.arn, JSON.stringify(event));
      }
    }
  }

  #save(): void {
    writeJson(this.#path, [...this.#rules.values()]);
  }
}
