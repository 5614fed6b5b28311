import { type Plan, stackPlan } from "./plan.ts";

/**
 * Whether the stacks are updated before the version is published. Usually the version comes first: an
 * embedded one is part of the function's package. But a function that reads the bucket may be older than
 * this dsl and not know what it writes, while this one's function knows all that came before; so where
 * its code changes, it goes first, and no environment ever starts on a version that it cannot read. So it
 * does where it must be able to ask for a password before there is a version that says so.
 */
export function codeGoesFirst(plan: Pick<Plan, "stacks" | "publish">): boolean {
  const service = stackPlan(plan, "service");
  if (service.action !== "update" || plan.publish.replaces === null) return false;
  const changed = service.changes.map(({ parameter }) => parameter);
  if (service.changes.some(({ parameter, to }) => parameter === "Password" && to === "true")) {
    return true;
  }
  const isRead = service.parameters.Storage === "s3" && !changed.includes("Storage");
  return isRead && (changed.includes("CodeKey") || changed.includes("LayerKey"));
}
