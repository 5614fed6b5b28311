/** `dsl collect replay NAME`: what could not be loaded goes into the queue again. */
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { formatCount } from "../../runtime/core/quantities.ts";
import type { AwsClients } from "../aws/clients.ts";
import { outputOf } from "../stacks/outputs.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { requireCollector } from "./collect-send.ts";
import { openSite } from "./open-site.ts";

/** SQS's most of one call. */
const AT_ONCE = 10;
/** For so long nobody else gets what this has received. */
const VISIBILITY_SECONDS = 60;

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
  let messages = 0;
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: deadLetters,
        MaxNumberOfMessages: AT_ONCE,
        VisibilityTimeout: VISIBILITY_SECONDS,
        WaitTimeSeconds: 1,
      }),
    );
    if (Messages.length === 0) break;
    for (const { Body = "", ReceiptHandle } of Messages) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: Body }));
      await sqs.send(new DeleteMessageCommand({ QueueUrl: deadLetters, ReceiptHandle }));
      messages++;
    }
    step.progress(messages, messages, formatCount(messages, "message"));
  }
  step.done(formatCount(messages, "message"));
  const lines =
    messages === 0
      ? [`No events of ${name} wait to be tried again.`]
      : [`${formatCount(messages, "message")} of ${name} are being loaded again.`];
  reporter.result(lines, { site: name, messages });
}
