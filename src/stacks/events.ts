import { setTimeout as sleep } from "node:timers/promises";
import {
  type CloudFormationClient,
  DescribeStackEventsCommand,
  type StackEvent as SdkStackEvent,
} from "@aws-sdk/client-cloudformation";
import type { Step } from "../terminal/reporter.ts";
import type { Cloud } from "./cloud.ts";
import { statusOf } from "./describe.ts";
import { isInProgress, isInReview } from "./stack-status.ts";

/** Half a minute on AWS. */
const QUIET_POLLS = 15;

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

/** How an operation on a stack went. */
export interface Course {
  /** Of the stack, now that it is at rest. */
  status: string;
  /** Oldest first. */
  events: StackEvent[];
}

/**
 * Shows each event after `since` under `step` as it happens, until the stack comes to rest. The end
 * is read from the events and not from the stack's status, which may still be the old one right
 * after an operation was started; only when no event comes for a while the stack is asked.
 */
export async function followEvents(
  cloud: Cloud,
  stackId: string,
  since: string | null,
  step: Step,
): Promise<Course> {
  const events: StackEvent[] = [];
  for (let quiet = 0; ; quiet++) {
    const news = await eventsSince(cloud.client, stackId, events.at(-1)?.id ?? since);
    for (const event of news) showEvent(step, event);
    events.push(...news);
    if (news.length > 0) quiet = 0;
    const status =
      quiet < QUIET_POLLS
        ? events.findLast((event) => event.ofStack)?.status
        : await statusOf(cloud.client, stackId);
    if (status !== undefined && !isInProgress(status) && !isInReview(status)) {
      return { status, events };
    }
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
