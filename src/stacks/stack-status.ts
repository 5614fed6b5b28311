/**
 * CloudFormation's stack and resource statuses, as questions. The only file that spells them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
 */

/** Nothing can be done with the stack but wait. A stack in review has nothing in it to wait for. */
export function isInProgress(status: string): boolean {
  return status.endsWith("_IN_PROGRESS") && !isInReview(status);
}

/** A first change set was made and never executed: the stack is a name without resources. */
export function isInReview(status: string): boolean {
  return status === "REVIEW_IN_PROGRESS";
}

/** An update can start from here. */
export function isUpdatable(status: string): boolean {
  return [
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_FAILED",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
  ].includes(status);
}

/** Never came to life, or did not go away: it can only be deleted. */
export function canOnlyBeDeleted(status: string): boolean {
  return [
    "REVIEW_IN_PROGRESS",
    "CREATE_FAILED",
    "ROLLBACK_COMPLETE",
    "ROLLBACK_FAILED",
    "DELETE_FAILED",
  ].includes(status);
}

/** An update failed and so did undoing it: the undoing can be continued. */
export function isRollbackStuck(status: string): boolean {
  return status === "UPDATE_ROLLBACK_FAILED";
}

export function isDeleted(status: string): boolean {
  return status === "DELETE_COMPLETE";
}

/** The stack got what was asked of it, by creating or updating. */
export function hasSucceeded(status: string): boolean {
  return status === "CREATE_COMPLETE" || status === "UPDATE_COMPLETE";
}

export function isRolledBack(status: string): boolean {
  return status === "UPDATE_ROLLBACK_COMPLETE";
}

/** Of a resource in an event. */
export function hasFailed(resourceStatus: string): boolean {
  return resourceStatus.endsWith("_FAILED");
}
