/** The queue of events, as the loader uses it beside what Lambda hands it. */
import { asArray, asObject, asString } from "../../core/format/check.ts";
import type { JsonService } from "../../core/store/json-service.ts";
import type { EventQueue, QueuedMessage } from "./event-loader.ts";

/** SQS's most, of messages received or deleted in one call. */
const AT_ONCE = 10;
/** Seconds that a call waits for a message: with long polling SQS asks all of its servers. */
const WAIT_SECONDS = 1;

export class SqsQueue implements EventQueue {
  readonly #sqs: JsonService;
  readonly #url: string;
  readonly #deadLettersUrl: string;
  /** How to delete the messages that were received here, by id. */
  readonly #handles = new Map<string, string>();

  constructor(sqs: JsonService, url: string, deadLettersUrl: string) {
    this.#sqs = sqs;
    this.#url = url;
    this.#deadLettersUrl = deadLettersUrl;
  }

  async receive(): Promise<QueuedMessage[]> {
    const output = await this.#sqs.call("ReceiveMessage", {
      QueueUrl: this.#url,
      MaxNumberOfMessages: AT_ONCE,
      WaitTimeSeconds: WAIT_SECONDS,
      MessageSystemAttributeNames: ["SentTimestamp"],
    });
    return asArray(output.Messages ?? [], "Messages", (value, where) => {
      const { MessageId, ReceiptHandle, Body, Attributes } = asObject(value, where);
      const id = asString(MessageId, "MessageId");
      this.#handles.set(id, asString(ReceiptHandle, "ReceiptHandle"));
      const sentAt = Number(asObject(Attributes ?? {}, "Attributes").SentTimestamp);
      return { id, body: asString(Body, "Body"), sentAt };
    });
  }

  async delete(ids: readonly string[]): Promise<void> {
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const Entries = ids
        .slice(at, at + AT_ONCE)
        .map((id, i) => ({ Id: String(i), ReceiptHandle: this.#handles.get(id) }));
      await this.#sqs.call("DeleteMessageBatch", { QueueUrl: this.#url, Entries });
    }
    for (const id of ids) this.#handles.delete(id);
  }

  async giveUp(bodies: readonly string[]): Promise<void> {
    for (const MessageBody of bodies) {
      await this.#sqs.call("SendMessage", { QueueUrl: this.#deadLettersUrl, MessageBody });
    }
  }
}
