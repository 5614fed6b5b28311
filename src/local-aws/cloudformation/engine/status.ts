/** CloudFormation's status strings, and the questions that are asked about them. */

export type StackStatus =
  | "REVIEW_IN_PROGRESS"
  | "CREATE_IN_PROGRESS"
  | "CREATE_FAILED"
  | "CREATE_COMPLETE"
  | "ROLLBACK_IN_PROGRESS"
  | "ROLLBACK_FAILED"
  | "ROLLBACK_COMPLETE"
  | "UPDATE_IN_PROGRESS"
  | "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
  | "UPDATE_COMPLETE"
  | "UPDATE_FAILED"
  | "UPDATE_ROLLBACK_IN_PROGRESS"
  | "UPDATE_ROLLBACK_FAILED"
  | "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
  | "UPDATE_ROLLBACK_COMPLETE"
  | "DELETE_IN_PROGRESS"
  | "DELETE_FAILED"
  | "DELETE_COMPLETE";

export type ResourceStatus =
  | `${"CREATE" | "UPDATE" | "DELETE"}_${"IN_PROGRESS" | "COMPLETE" | "FAILED"}`
  | "DELETE_SKIPPED";

/** Waiting for a change set is no work, although its name says so. */
export function isWorking(status: StackStatus): boolean {
  return status.endsWith("_IN_PROGRESS") && status !== "REVIEW_IN_PROGRESS";
}

export function isUpdatable(status: StackStatus): boolean {
  return [
    "CREATE_COMPLETE",
    "CREATE_FAILED",
    "UPDATE_COMPLETE",
    "UPDATE_FAILED",
    "UPDATE_ROLLBACK_COMPLETE",
  ].includes(status);
}

/** The work on a stack in these states is stopped by deleting it; other work has to end first. */
export function isDeletable(status: StackStatus): boolean {
  return !isWorking(status) || status === "CREATE_IN_PROGRESS" || status === "ROLLBACK_IN_PROGRESS";
}
