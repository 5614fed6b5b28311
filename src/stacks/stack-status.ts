/**
 * CloudFormation's stack and resource statuses, as questions. The only file that spells them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
 */

/**
 * What a stack's status means for the next update:
 * - `usable`: can be updated
 * - `changing`: another operation is under way; wait for its end
 * - `deleting`: being deleted; wait until it is gone
 * - `proposed`: a name without resources, from a change set that was not executed; to be created
 * - `unusable`: never got created or half deleted; can only be deleted (ROLLBACK_COMPLETE,
 *   CREATE_FAILED, DELETE_FAILED …)
 * - `rollback-failed`: UPDATE_ROLLBACK_FAILED; the rollback must be continued first
 */
export type StackCondition =
  | "usable"
  | "proposed"
  | "changing"
  | "deleting"
  | "unusable"
  | "rollback-failed";

const CAN_BE_UPDATED = [
  "CREATE_COMPLETE",
  "UPDATE_COMPLETE",
  "UPDATE_ROLLBACK_COMPLETE",
  "UPDATE_FAILED",
  "IMPORT_COMPLETE",
  "IMPORT_ROLLBACK_COMPLETE",
];

/** What the status means for the next update. */
export function conditionOf(status: string): StackCondition {
  if (status === "DELETE_IN_PROGRESS") return "deleting";
  if (isInProgress(status)) return "changing";
  if (isInReview(status)) return "proposed";
  if (status === "UPDATE_ROLLBACK_FAILED") return "rollback-failed";
  // Left: CREATE_FAILED, ROLLBACK_COMPLETE, ROLLBACK_FAILED, DELETE_FAILED.
  return CAN_BE_UPDATED.includes(status) ? "usable" : "unusable";
}

/** Something is going on that ends by itself. */
export function isInProgress(status: string): boolean {
  return status.endsWith("_IN_PROGRESS") && !isInReview(status);
}

/** A first change set was made and not executed: the stack is a name without resources. */
export function isInReview(status: string): boolean {
  return status === "REVIEW_IN_PROGRESS";
}

export const DELETED = "DELETE_COMPLETE";

export function isDeleted(status: string): boolean {
  return status === DELETED;
}

/** The stack became what was asked for, by creating or updating. */
export function hasSucceeded(status: string): boolean {
  return status === "CREATE_COMPLETE" || status === "UPDATE_COMPLETE";
}

/** The failed update is undone. */
export function isRolledBack(status: string): boolean {
  return status === "UPDATE_ROLLBACK_COMPLETE";
}

/** Of a resource in an event. */
export function hasFailed(resourceStatus: string): boolean {
  return resourceStatus.endsWith("_FAILED");
}
