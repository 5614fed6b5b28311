/** Faults of CloudFormation, until the end of a test. */
import { afterEach } from "vitest";
import type { FaultRuleInput } from "../../../../src/local-aws/common/faults.ts";
import type { RunningLocalAws } from "../../../../src/local-aws/local-aws.ts";

/** Gives a function that sets rules, completed to errors without luck. */
export function useFaults(
  local: () => RunningLocalAws,
): (...rules: Partial<FaultRuleInput>[]) => void {
  afterEach(() => local().context.faults.set({ rules: [] }));

  return (...rules) => {
    const defaults = {
      service: "cloudformation",
      kind: "error",
      code: "Broken",
      message: "No luck",
    };
    const complete = rules.map((rule) =>
      rule.kind === "slow" || rule.kind === "throttle"
        ? { service: "cloudformation", ...rule }
        : { ...defaults, ...rule },
    );
    local().context.faults.set({ rules: complete as FaultRuleInput[] });
  };
}
