/** The queues of the local SQS and the messages in them, kept on disk. Standard queues only. */
import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import { readJson, writeJson } from "../common/json-file.ts";
import { AwsFault } from "../common/service.ts";
import { parseQueuePolicy, type QueuePolicy } from "./queue-policy.ts";

export interface QueueSettings {
  /** Seconds. */
  visibilityTimeout: number;
  /** Seconds. */
  retention: number;
  /** A message that was received so often goes to that queue instead of being received again. */
  redrive: { deadLetterArn: string; maxReceiveCount: number } | undefined;
  tags: Record<string, string>;
}

export interface Queue extends QueueSettings {
  region: string;
  name: string;
  arn: string;
  policy: QueuePolicy | undefined;
  token: string;
  messages: Message[];
}

export interface Message {
  id: string;
  body: string;
  md5: string;
  /** Times are milliseconds since 1970. */
  sentAt: number;
  firstReceivedAt: number | undefined;
  visibleAt: number;
  receiveCount: number;
  receiptHandle: string;
}

export class Queues {
  readonly #path: string;
  readonly #accountId: string;
  readonly #queues: Map<string, Queue>;
  readonly #now: () => number;
  #onSend: (arn: string) => void = () => {};

  constructor(home: string, accountId: string, now: () => number = Date.now) {
    this.#path = join(home, "sqs", "queues.json");
    this.#accountId = accountId;
    this.#now = now;
    const queues = readJson<Queue[]>(this.#path) ?? [];
    this.#queues = new Map(queues.map((queue) => [queue.arn, queue]));
  }

  /** Calls back when a message has been sent to a queue. */
  onSend(listener: (arn: string) => void): void {
    this.#onSend = listener;
  }

  /** Throws QueueAlreadyExists, or InvalidParameterValue for the name or the dead-letter queue. */
  create(region: string, name: string, settings: QueueSettings, token: string): Queue {
    if (!/^[\w-]{1,80}$/.test(name)) {
      throw invalid(
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
      );
    }
    const arn = `arn:aws:sqs:${region}:${this.#accountId}:${name}`;
    const existing = this.#queues.get(arn);
    if (existing !== undefined && existing.token !== token) {
      throw new AwsFault("QueueAlreadyExists", `A queue named ${name} already exists.`);
    }
    this.#requireDeadLetterQueue(settings);
    const { messages = [], policy } = existing ?? {};
    return this.#put({ ...settings, region, name, arn, token, messages, policy });
  }

  /** Throws as `get`, or InvalidParameterValue for the dead-letter queue. */
  update(arn: string, settings: QueueSettings): Queue {
    this.#requireDeadLetterQueue(settings);
    return this.#put({ ...this.get(arn), ...settings });
  }

  /** Undefined takes the policy away. Throws as `get`, or for a policy that would not be enforced. */
  setPolicy(arn: string, policy: unknown): void {
    const parsed = policy === undefined ? undefined : parseQueuePolicy(policy);
    this.#put({ ...this.get(arn), policy: parsed });
  }

  delete(arn: string): void {
    if (this.#queues.delete(arn)) this.#save();
  }

  find(arn: string): Queue | undefined {
    return this.#queues.get(arn);
  }

  /** Throws QueueDoesNotExist. */
  get(arn: string): Queue {
    const queue = this.#queues.get(arn);
    if (queue !== undefined) return queue;
    throw new AwsFault(
      "AWS.SimpleQueueService.NonExistentQueue",
      "The specified queue does not exist.",
    );
  }

  /** By name. */
  list(region: string): Queue[] {
    return [...this.#queues.values()]
      .filter((queue) => queue.region === region)
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** Throws as `get`. */
  send(arn: string, body: string): Message {
    const queue = this.get(arn);
    const now = this.#now();
    const message: Message = {
      id: randomUUID(),
      body,
      md5: createHash("md5").update(body).digest("hex"),
      sentAt: now,
      firstReceivedAt: undefined,
      visibleAt: now,
      receiveCount: 0,
      receiptHandle: "",
    };
    this.#put({ ...queue, messages: [...queue.messages, message] });
    this.#onSend(arn);
    return message;
  }

  /**
   * Up to `maximum` messages, which are invisible to others for the queue's visibility timeout. Those
   * that were received too often go to the dead-letter queue instead. Throws as `get`.
   */
  receive(arn: string, maximum: number, visibilityTimeout?: number): Message[] {
    const queue = this.get(arn);
    const now = this.#now();
    const alive = queue.messages.filter(({ sentAt }) => now - sentAt < 1000 * queue.retention);
    const dead = alive.filter(
      ({ visibleAt, receiveCount }) =>
        visibleAt <= now && receiveCount >= (queue.redrive?.maxReceiveCount ?? Infinity),
    );
    const received = alive
      .filter((message) => message.visibleAt <= now && !dead.includes(message))
      .slice(0, maximum)
      .map((message) => ({
        ...message,
        firstReceivedAt: message.firstReceivedAt ?? now,
        visibleAt: now + 1000 * (visibilityTimeout ?? queue.visibilityTimeout),
        receiveCount: message.receiveCount + 1,
        receiptHandle: randomUUID(),
      }));
    if (dead.length > 0) this.#bury(queue, dead);
    const messages = alive
      .filter((message) => !dead.includes(message))
      .map((message) => received.find(({ id }) => id === message.id) ?? message);
    this.#put({ ...queue, messages });
    return received;
  }

  /** A message that is gone, or was received again since, is no error. Throws as `get`. */
  deleteMessage(arn: string, receiptHandle: string): void {
    const queue = this.get(arn);
    const messages = queue.messages.filter((message) => message.receiptHandle !== receiptHandle);
    if (messages.length < queue.messages.length) this.#put({ ...queue, messages });
  }

  /** For `seconds` from now on nobody receives it. One that was received again since is left. Throws as `get`. */
  changeVisibility(arn: string, receiptHandle: string, seconds: number): void {
    const queue = this.get(arn);
    const visibleAt = this.#now() + 1000 * seconds;
    const messages = queue.messages.map((message) =>
      message.receiptHandle === receiptHandle ? { ...message, visibleAt } : message,
    );
    this.#put({ ...queue, messages });
    this.#onSend(arn);
  }

  /** When the next message can be received, in milliseconds since 1970; undefined when there is none. */
  nextVisible(arn: string): number | undefined {
    const times = this.get(arn).messages.map(({ visibleAt }) => visibleAt);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  #bury(queue: Queue, dead: Message[]): void {
    const target = this.#queues.get(queue.redrive?.deadLetterArn ?? "");
    if (target === undefined) return;
    const buried = dead.map((message) => ({ ...message, receiptHandle: "" }));
    this.#put({ ...target, messages: [...target.messages, ...buried] });
    this.#onSend(target.arn);
  }

  #requireDeadLetterQueue({ redrive }: QueueSettings): void {
    if (redrive === undefined || this.#queues.has(redrive.deadLetterArn)) return;
    throw invalid(
      `Value ${JSON.stringify(redrive)} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.`,
    );
  }

  #put(queue: Queue): Queue {
    this.#queues.set(queue.arn, queue);
    this.#save();
    return queue;
  }

  #save(): void {
    writeJson(this.#path, [...this.#queues.values()]);
  }
}

function invalid(message: string): AwsFault {
  return new AwsFault("InvalidParameterValue", message);
}
