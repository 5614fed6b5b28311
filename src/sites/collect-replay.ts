/** `dsl collect replay NAME`: what could not be loaded goes into the queue again. */
import { DeleteMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { formatCount } from "../../runtime/core/quantities.ts";
import { encodeMessage } from "../../runtime/load/events/event-message.ts";
import type { AwsClients } from "../aws/clients.ts";
import { messagesIn } from "../deploy/last-events.ts";
import { outputOf } from "../stacks/outputs.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { requireCollector } from "./collect-send.ts";
import { parseDeadLetter, receiveDeadLetters } from "./dead-letters.ts";
import { openSite } from "./open-site.ts";

/** Each message is in one of the two queues at every moment, or in both: loading it twice changes nothing. */
export async function replayEvents(
  clients: AwsClients,
  name: string,
  reporter: Reporter,
): Promise<void> {
  const site = await openSite(clients, name);
  requireCollector(site);
  const collect = site.stacks.get("collect")!;
  const deadLetters = outputOf(collect, "DeadLetterQueueUrl");
  const queue = outputOf(collect, "QueueUrl");
  const sqs = await clients.sqs();
  const step = reporter.step("Queueing again");
  // What is refused anew comes back into the same queue, so as many are taken as there are now.
  const total = await messagesIn(clients, deadLetters);
  let messages = 0;
  while (messages < total) {
    const received = await receiveDeadLetters(sqs, deadLetters);
    if (received.length === 0) break;
    for (const { Body = "", ReceiptHandle } of received) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: withoutReason(Body) }));
      await sqs.send(new DeleteMessageCommand({ QueueUrl: deadLetters, ReceiptHandle }));
      messages++;
    }
    step.progress(messages, Math.max(total, messages), formatCount(messages, "message"));
  }
  step.done(formatCount(messages, "message"));
  const lines =
    messages === 0
      ? [`No events of ${name} wait to be tried again.`]
      : [`${formatCount(messages, "message")} of ${name} are being loaded again.`];
  reporter.result(lines, { site: name, messages });
}

/** The reason of the last time is not that of the next. */
function withoutReason(body: string): string {
  const { message } = parseDeadLetter(body);
  if (message === null) return body;
  const { reason: _reason, ...rest } = message;
  return encodeMessage(rest);
}
