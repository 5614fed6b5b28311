/** The messages with events that could not be loaded, in their queue. */
import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { InvalidData } from "../../runtime/core/format/check.ts";
import { type EventMessage, parseMessage } from "../../runtime/load/events/event-message.ts";

/** SQS's most of one call. */
const AT_ONCE = 10;
/** For so long nobody else gets what this has received. */
const VISIBILITY_SECONDS = 60;
/** `maxReceiveCount` of templates/collect.yaml. */
const TIMES = "five times";

/** Some messages, which nobody else gets for a minute; none when there are none. */
export async function receiveDeadLetters(sqs: SQSClient, QueueUrl: string): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: AT_ONCE,
      VisibilityTimeout: VISIBILITY_SECONDS,
      WaitTimeSeconds: 1,
    }),
  );
  return Messages;
}

/** Gives messages back that were only looked at. One whose minute is over is given back already. */
export async function giveBack(
  sqs: SQSClient,
  QueueUrl: string,
  handles: readonly string[],
): Promise<void> {
  for (let at = 0; at < handles.length; at += AT_ONCE) {
    const Entries = handles
      .slice(at, at + AT_ONCE)
      .map((ReceiptHandle, i) => ({ Id: String(i), ReceiptHandle, VisibilityTimeout: 0 }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
}

export interface DeadLetter {
  /** Null for a message that the collector did not write. */
  message: EventMessage | null;
  /** Why it could not be loaded, in sentences. */
  reason: string;
}

export function parseDeadLetter(body: string): DeadLetter {
  try {
    const message = parseMessage(body);
    return {
      message,
      reason: message.reason ?? `it was tried ${TIMES}: the loader's log says more`,
    };
  } catch (error) {
    if (!(error instanceof InvalidData)) throw error;
    return { message: null, reason: `it is no message of the collector: ${error.message}` };
  }
}
