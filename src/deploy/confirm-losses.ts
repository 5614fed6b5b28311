import { formatCount } from "../../runtime/core/quantities.ts";
import type { DeployedState } from "../plan/inputs.ts";
import type { Plan } from "../plan/plan.ts";
import type { Reporter } from "../terminal/reporter.ts";

/** What readers of the site, or its history, would lose by this plan; one clause each. */
export function lossesOf(plan: Plan, state: DeployedState): string[] {
  const removed = plan.publish.databases
    .filter(({ change }) => change === "removed")
    .map(({ name }) => `database ${name} will be removed`);
  const parts = plan.siteChanges
    .filter(({ change }) => change === "removed")
    .map(({ part }) => `${part} will be removed`);
  const deleted = plan.recovery.some(
    ({ action, identity }) =>
      action === "delete" && identity.role === "bucket" && state.published !== null,
  );
  const versions = deleted ? ["all versions in the bucket will be deleted"] : [];
  const messages =
    plan.lostMessages === 0
      ? []
      : [
          `${formatCount(plan.lostMessages, "message")} with events that could not be loaded will be deleted`,
        ];
  return [...removed, ...parts, ...versions, ...messages];
}

/** Asks before anything is lost. Throws a DslError when the answer is no or nobody can answer. */
export async function confirmLosses(losses: readonly string[], reporter: Reporter): Promise<void> {
  if (losses.length === 0) return;
  await reporter.confirm(
    `With this, ${losses.join(", and ")}. Go on?`,
    "name everything that the site shall have (databases, --config, --metadata, --static): a run without it removes it",
  );
}
