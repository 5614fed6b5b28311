import { setTimeout as sleep } from "node:timers/promises";
import {
  type CloudFormationClient,
  DescribeStackEventsCommand,
  type StackEvent as SdkStackEvent,
} from "@aws-sdk/client-cloudformation";
import type { Step } from "../terminal/reporter.ts";
import type { Cloud } from "./cloud.ts";
import { isInProgress, isInReview } from "./stack-status.ts";

export interface StackEvent {
  id: string;
  /** Name in the template; the stack's own name for events of the stack itself. */
  resource: string;
  /** AWS::S3::Bucket … */
  type: string;
  status: string;
  /** Why, where CloudFormation says; often empty. */
  reason: string;
  /** About the stack as a whole. */
  ofStack: boolean;
}

/** A place in a stack's history: what happens later is news. null stands before the first event. */
export async function latestEventId(
  client: CloudFormationClient,
  stackId: string,
): Promise<string | null> {
  const answer = await client.send(new DescribeStackEventsCommand({ StackName: stackId }));
  return answer.StackEvents?.[0]?.EventId ?? null;
}

/** Events after `since`, oldest first. */
export async function eventsSince(
  client: CloudFormationClient,
  stackId: string,
  since: string | null,
): Promise<StackEvent[]> {
  const events: StackEvent[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await client.send(
      new DescribeStackEventsCommand({ StackName: stackId, NextToken: nextToken }),
    );
    for (const event of answer.StackEvents ?? []) {
      if (event.EventId === since) return events.reverse();
      events.push(toStackEvent(event));
    }
    nextToken = answer.NextToken;
  } while (nextToken !== undefined);
  return events.reverse();
}

/**
 * Shows each event after `since` under `step` as it happens, until the stack comes to rest; resolves
 * with all of them. The end is read from the events and not from the stack's status, which may still
 * be the old one right after an operation was started.
 */
export async function followEvents(
  cloud: Cloud,
  stackId: string,
  since: string | null,
  step: Step,
): Promise<StackEvent[]> {
  const seen: StackEvent[] = [];
  for (;;) {
    const news = await eventsSince(cloud.client, stackId, seen.at(-1)?.id ?? since);
    for (const event of news) showEvent(step, event);
    seen.push(...news);
    const status = seen.findLast((event) => event.ofStack)?.status;
    if (status !== undefined && !isInProgress(status) && !isInReview(status)) return seen;
    await sleep(cloud.pollMilliseconds);
  }
}

/** Shows an event as a line, such as "CREATE_FAILED AWS::S3::Bucket Bucket: Access Denied". */
function showEvent(step: Step, { status, type, resource, reason }: StackEvent): void {
  // The first is no work yet, the second repeats the event before it.
  if (isInReview(status) || reason === "Resource creation Initiated") return;
  step.line(`${status} ${type} ${resource}${reason === "" ? "" : `: ${reason}`}`);
}

function toStackEvent(event: SdkStackEvent): StackEvent {
  return {
    id: event.EventId ?? "",
    resource: event.LogicalResourceId ?? "",
    type: event.ResourceType ?? "",
    status: event.ResourceStatus ?? "",
    reason: event.ResourceStatusReason ?? "",
    ofStack: event.PhysicalResourceId === event.StackId,
  };
}
