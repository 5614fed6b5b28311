import { StackStatus } from "@aws-sdk/client-cloudformation";
import { expect, test } from "vitest";
import { conditionOf, isInProgress } from "../../../src/stacks/stack-status.ts";

const CONDITIONS: Record<string, string> = {
  CREATE_COMPLETE: "usable",
  CREATE_FAILED: "unusable",
  CREATE_IN_PROGRESS: "changing",
  DELETE_FAILED: "unusable",
  DELETE_IN_PROGRESS: "deleting",
  IMPORT_COMPLETE: "usable",
  IMPORT_IN_PROGRESS: "changing",
  IMPORT_ROLLBACK_COMPLETE: "usable",
  IMPORT_ROLLBACK_FAILED: "unusable",
  IMPORT_ROLLBACK_IN_PROGRESS: "changing",
  REVIEW_IN_PROGRESS: "proposed",
  ROLLBACK_COMPLETE: "unusable",
  ROLLBACK_FAILED: "unusable",
  ROLLBACK_IN_PROGRESS: "changing",
  UPDATE_COMPLETE: "usable",
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: "changing",
  UPDATE_FAILED: "usable",
  UPDATE_IN_PROGRESS: "changing",
  UPDATE_ROLLBACK_COMPLETE: "usable",
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: "changing",
  UPDATE_ROLLBACK_FAILED: "rollback-failed",
  UPDATE_ROLLBACK_IN_PROGRESS: "changing",
};

const statuses = Object.values(StackStatus).filter((status) => status !== "DELETE_COMPLETE");

test.each(statuses)("%s has a condition", (status) => {
  expect(conditionOf(status)).toBe(CONDITIONS[status]);
});

test("a stack in review is nothing to wait for", () => {
  expect(isInProgress("REVIEW_IN_PROGRESS")).toBe(false);
  expect(isInProgress("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")).toBe(true);
});
