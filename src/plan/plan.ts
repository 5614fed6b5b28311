/**
 * What `update-stack` is going to do, as plain data: judged by tests, shown by `describe.ts`,
 * executed by the command. The parts are executed in the order in which they are listed here.
 */
import type { PublishAction } from "../../runtime/publisher/publish/publish-action.ts";
import type { Identity } from "../stacks/identity.ts";
import type { StorageMode } from "./inputs.ts";

export interface Plan {
  /** The name that the user typed. */
  stackName: string;
  account: string;
  region: string;
  storage: StorageMode;
  /** Decisions that the user should hear of, one sentence each. */
  notes: string[];
  /**
   * What must happen to the stacks first. When there is any, the executor does it, reads the
   * deployed state again and plans again: what follows here is only what is expected then.
   */
  recovery: RecoveryAction[];
  bucketStack: StackAction;
  publish: PublishAction;
  serviceStack: StackAction;
}

export interface RecoveryAction {
  action: "wait" | "wait-until-deleted" | "delete" | "continue-rollback";
  identity: Identity;
  stackName: string;
  /** The status that made it necessary. */
  status: string;
}

export type StackAction =
  | { action: "none"; stackName: string; identity: Identity }
  | (StackContent & { action: "create" })
  | (StackContent & {
      action: "update";
      /** Parameters that get another value; `from` is null for one that the stack does not have. */
      changes: { parameter: string; from: string | null; to: string | null }[];
      templateChanged: boolean;
      tagsChanged: boolean;
    });

/** What a stack is to become. */
export interface StackContent {
  stackName: string;
  identity: Identity;
  parameters: Parameters;
  tags: Record<string, string>;
  template: string;
}

/**
 * All parameters of a stack's template. null stands for what only the bucket stack's creation will
 * tell: the name of the bucket.
 */
export type Parameters = Record<string, string | null>;

/** True when nothing at all has to be done. */
export function isNoop(plan: Plan): boolean {
  return (
    plan.recovery.length === 0 &&
    plan.bucketStack.action === "none" &&
    plan.publish.action === "none" &&
    plan.serviceStack.action === "none"
  );
}
