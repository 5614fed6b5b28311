import { DslError } from "../../runtime/core/dsl-error.ts";
import type { StackEvent } from "./events.ts";
import { hintFor } from "./failure-hints.ts";
import { hasFailed } from "./stack-status.ts";

/** When one resource fails, CloudFormation cancels those in the making; they "fail" with this reason. */
const CANCELLED = /^Resource (creation|update|deletion) cancelled$/i;

/**
 * The event that made an operation fail: the earliest failure that is not a cancellation; null when
 * no event says why. `events` are those of one operation, oldest first.
 */
export function firstCause(events: readonly StackEvent[]): StackEvent | null {
  const failures = events.filter(
    ({ status, reason }) => hasFailed(status) && !CANCELLED.test(reason),
  );
  const ofResource = failures.find((event) => !event.ofStack);
  // Without a failed resource (a role that cannot be assumed, for example) the stack itself says why.
  return ofResource ?? failures[0] ?? events.find((e) => e.ofStack && e.reason !== "") ?? null;
}

/** The error for an operation ("create", "update", "delete") that failed; its sentence is the first cause. */
export function stackFailure(
  operation: string,
  stackName: string,
  events: readonly StackEvent[],
): DslError {
  const cause = firstCause(events);
  const why =
    cause === null
      ? "CloudFormation does not say why"
      : `${cause.resource} (${cause.type}): ${cause.reason.trim().replace(/\.$/, "") || cause.status}`;
  return new DslError(
    "stack_failed",
    `CloudFormation could not ${operation} stack ${stackName}: ${why}`,
    hintFor(stackName, cause),
  );
}
