/** Before a collector is deleted that takes nothing more: what waits in its queue is loaded. */
import { setTimeout as sleep } from "node:timers/promises";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { formatCount } from "../../runtime/core/quantities.ts";
import type { AwsClients } from "../aws/clients.ts";
import type { Stack } from "../stacks/describe.ts";
import { outputOf } from "../stacks/outputs.ts";
import type { Deployment } from "./deployment.ts";
import { stillLoading } from "./interruption.ts";

/**
 * How often in a row the queue has to be empty: SQS counts approximately, and a request that was under way
 * when the routes went may take half a minute.
 */
const TIMES_EMPTY = 20;
/** A batch may take the function's two minutes, and come again after eight. */
const PATIENCE_MS = 12 * 60_000;

/**
 * Resolves when the queue of the stack has been empty for a while. Throws a DslError when it does not become
 * empty, and when more messages could not be loaded than the `given` that are to be lost.
 */
export async function loadWhatWaits(
  { clients, reporter, site }: Deployment,
  stack: Stack,
  given: number,
): Promise<void> {
  reporter.ifInterrupted(...stillLoading(site));
  const step = reporter.step("Loading the events that wait");
  const queue = outputOf(stack, "QueueUrl");
  const end = Date.now() + PATIENCE_MS;
  for (let empty = 0; empty < TIMES_EMPTY; await sleep(clients.pollMilliseconds)) {
    const waiting = await messagesIn(clients, queue);
    empty = waiting === 0 ? empty + 1 : 0;
    step.progress(empty, TIMES_EMPTY, waiting === 0 ? undefined : formatCount(waiting, "message"));
    if (waiting > 0 && Date.now() > end) {
      step.fail(`${formatCount(waiting, "message")} wait`);
      throw notLoaded(stack.name, waiting, site);
    }
  }
  const failed = await messagesIn(clients, outputOf(stack, "DeadLetterQueueUrl"));
  if (failed > given) {
    step.fail(`${formatCount(failed, "message")} could not be loaded`);
    throw lost(stack.name, failed, site);
  }
  step.done();
}

/** Those that somebody has received and not yet deleted count, too. */
export async function messagesIn(clients: AwsClients, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await (await clients.sqs()).send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    }),
  );
  const { ApproximateNumberOfMessages = 0, ApproximateNumberOfMessagesNotVisible = 0 } = Attributes;
  return Number(ApproximateNumberOfMessages) + Number(ApproximateNumberOfMessagesNotVisible);
}

function notLoaded(stack: string, waiting: number, site: string): DslError {
  return new DslError(
    "events_wait",
    `${formatCount(waiting, "message")} with events still wait, so the stack ${stack} stays; it takes no more events`,
    `the log group /aws/lambda/${stack}-loader says why they are not loaded; then the same command again (or dsl update-stack ${site} without --no-collect, to take events again)`,
  );
}

function lost(stack: string, failed: number, site: string): DslError {
  return new DslError(
    "events_failed",
    `${formatCount(failed, "message")} with events could not be loaded, so the stack ${stack} stays; it takes no more events`,
    `dsl collect failed ${site} shows them, dsl collect replay ${site} tries again; the same command with --yes deletes them`,
  );
}
