import type { RecoveryAction } from "../plan/plan.ts";
import { cloudOf } from "../stacks/cloud.ts";
import { findStack } from "../stacks/find-site.ts";
import { continueRollback, waitForStack } from "../stacks/recover.ts";
import { conditionOf } from "../stacks/stack-status.ts";
import type { Deployment } from "./deployment.ts";
import { stillAtIt } from "./interruption.ts";
import { removeStack } from "./remove-stack.ts";

/** Does what the plan says must happen to a stack before it can be deployed to, saying so. */
export async function recover(deployment: Deployment, action: RecoveryAction): Promise<void> {
  const { clients, roleArn, reporter } = deployment;
  const cloud = await cloudOf(clients, action.identity.role);
  const stack = await findStack(clients, action.identity);
  if (stack === null) return;
  const state = `Stack ${stack.name} is in ${stack.status}`;
  switch (action.action) {
    case "wait":
    case "wait-until-deleted": {
      const step = reporter.step(`${state}: waiting for it`);
      const resting = await waitForStack(cloud, stack);
      step.done(resting === null ? "it is deleted" : `it is in ${resting.status}`);
      return;
    }
    case "continue-rollback": {
      reporter.ifInterrupted(...stillAtIt("rolling back", stack.name));
      const step = reporter.step(`${state}: continuing the rollback`);
      await continueRollback(cloud, stack, roleArn, step);
      step.done();
      return;
    }
    case "delete":
      // Somebody else may have repaired it since the plan was made; then there is another plan.
      if (conditionOf(stack.status) !== "unusable") return;
      reporter.ifInterrupted(...stillAtIt("deleting", stack.name));
      await removeStack(
        clients,
        action.identity.role,
        stack,
        roleArn,
        `${state}: deleting it to create it again`,
        reporter,
      );
  }
}
