/** Event source mappings: batches of a queue's messages, each given to a function. */
import { join } from "node:path";
import { z } from "zod";
import { readJson, writeJson } from "../common/json-file.ts";
import { AwsFault } from "../common/service.ts";
import type { LocalContext } from "../context/context.ts";
import { type Roles, roleAllows } from "../iam/roles.ts";
import type { Message, Queues } from "../sqs/queues.ts";
import type { Functions, LambdaFunction } from "./functions.ts";
import type { Invoker } from "./invoker.ts";

export interface EventSourceSettings {
  queueArn: string;
  /** Name or ARN. */
  functionName: string;
  batchSize: number;
  /** How long a batch may wait to become full; here none waits. */
  windowSeconds: number;
  /** Batches that may be under way at the same time. */
  concurrency: number;
  enabled: boolean;
  /** The function answers which messages failed; the others of its batch are done. */
  reportsFailures: boolean;
}

interface EventSource extends EventSourceSettings {
  id: string;
  region: string;
}

interface Parts {
  functions: Functions;
  invoker: Invoker;
  queues: Queues;
  roles: Roles;
}

/** What a function's role must be allowed on the queue. */
const NEEDED = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
/** A larger batch takes time to collect. */
const LARGEST_WITHOUT_WINDOW = 10;
const LONGEST_WAIT_MS = 60_000;

const failuresSchema = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })),
});

export class EventSources {
  readonly #context: LocalContext;
  readonly #parts: Parts;
  readonly #path: string;
  readonly #sources: Map<string, EventSource>;
  /** Batches under way, by id of the mapping. */
  readonly #running = new Map<string, number>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #isOpen = false;

  constructor(context: LocalContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
    this.#path = join(context.home, "lambda", "event-sources.json");
    const sources = readJson<EventSource[]>(this.#path) ?? [];
    this.#sources = new Map(sources.map((source) => [source.id, source]));
    parts.queues.onSend((arn) => {
      for (const source of this.#sources.values())
        if (source.queueArn === arn) this.#poll(source.id);
    });
  }

  /** Begins to give messages to functions. */
  start(): void {
    this.#isOpen = true;
    for (const id of this.#sources.keys()) this.#poll(id);
  }

  /** No further batch is begun. */
  close(): void {
    this.#isOpen = false;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /**
   * Makes or changes a mapping and returns its id. Throws InvalidParameterValueException when the queue,
   * the function or a number does not fit, or the function's role may not read the queue.
   */
  put(region: string, settings: EventSourceSettings, id: string): string {
    this.#check(region, settings);
    this.#sources.set(id, { ...settings, id, region });
    this.#save();
    this.#poll(id);
    return id;
  }

  delete(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    if (this.#sources.delete(id)) this.#save();
  }

  #check(region: string, settings: EventSourceSettings): void {
    const { queueArn, functionName, batchSize, windowSeconds } = settings;
    const queue = this.#parts.queues.find(queueArn);
    if (queue === undefined) throw invalid(`The queue ${queueArn} does not exist.`);
    const target = this.#parts.functions.get(region, functionName);
    if (queue.visibilityTimeout < target.timeout) {
      throw invalid(
        `Queue visibility timeout: ${queue.visibilityTimeout} seconds is less than Function timeout: ${target.timeout} seconds`,
      );
    }
    if (batchSize > LARGEST_WITHOUT_WINDOW && windowSeconds === 0) {
      throw invalid(
        "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
      );
    }
    const role = this.#parts.roles.assumableByLambda(target.roleArn);
    const missing = NEEDED.find((action) => !roleAllows(role, action, queueArn));
    if (missing !== undefined) {
      throw invalid(
        `The provided execution role does not have permissions to call ${missing.split(":")[1]} on SQS`,
      );
    }
  }

  /** Begins batches as far as there are messages and room, and looks again when the next can come. */
  #poll(id: string): void {
    const source = this.#sources.get(id);
    if (!this.#isOpen || source === undefined || !source.enabled) return;
    clearTimeout(this.#timers.get(id));
    const queue = this.#parts.queues.find(source.queueArn);
    if (queue === undefined) return;
    while ((this.#running.get(id) ?? 0) < source.concurrency) {
      const messages = this.#parts.queues.receive(source.queueArn, source.batchSize);
      if (messages.length === 0) break;
      this.#running.set(id, (this.#running.get(id) ?? 0) + 1);
      void this.#handle(source, messages).finally(() => {
        this.#running.set(id, (this.#running.get(id) ?? 1) - 1);
        this.#poll(id);
      });
    }
    const next = this.#parts.queues.nextVisible(source.queueArn);
    if (next === undefined) return;
    const wait = Math.min(Math.max(next - Date.now(), 1), LONGEST_WAIT_MS);
    this.#timers.set(id, setTimeout(() => this.#poll(id), wait).unref());
  }

  /** What the function did not take can be received again when it becomes visible. */
  async #handle(source: EventSource, messages: Message[]): Promise<void> {
    const { functions, invoker, queues } = this.#parts;
    let failed: Set<string>;
    try {
      const target = functions.get(source.region, source.functionName);
      const answer = await invoker.invoke(target, this.#event(source, messages, target));
      failed =
        answer.functionError === undefined
          ? failuresIn(answer.body, source, messages)
          : new Set(messages.map(({ id }) => id));
    } catch {
      // Throttled, too large, deleted meanwhile: as on AWS the messages stay in the queue.
      return;
    }
    if (queues.find(source.queueArn) === undefined) return;
    for (const { id, receiptHandle } of messages) {
      if (!failed.has(id)) queues.deleteMessage(source.queueArn, receiptHandle);
    }
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
  #event({ queueArn, region }: EventSource, messages: Message[], target: LambdaFunction): string {
    return JSON.stringify({
      Records: messages.map((message) => ({
        messageId: message.id,
        receiptHandle: message.receiptHandle,
        body: message.body,
        attributes: {
          ApproximateReceiveCount: String(message.receiveCount),
          SentTimestamp: String(message.sentAt),
          SenderId: `${this.#context.accountId}:${target.name}`,
          ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
        },
        messageAttributes: {},
        md5OfBody: message.md5,
        eventSource: "aws:sqs",
        eventSourceARN: queueArn,
        awsRegion: region,
      })),
    });
  }

  #save(): void {
    writeJson(this.#path, [...this.#sources.values()]);
  }
}

/** Ids of the messages that count as failed; of an answer that cannot be read, all of them. */
function failuresIn(body: string, source: EventSource, messages: Message[]): Set<string> {
  if (!source.reportsFailures || body === "null" || body === "{}") return new Set();
  const answer = failuresSchema.safeParse(JSON.parse(body));
  if (!answer.success) return new Set(messages.map(({ id }) => id));
  return new Set(answer.data.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
}

function invalid(message: string): AwsFault {
  return new AwsFault("InvalidParameterValueException", message);
}
