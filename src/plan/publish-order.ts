import { type Plan, stackPlan } from "./plan.ts";

/**
 * Whether the stacks are updated before the version is published. Usually the version comes first: a
 * function that will read the bucket must find it there. But a function that reads the bucket now may be
 * older than this dsl and not know what it writes, while this one's function knows all that came before;
 * so where its code changes, it goes first, and no environment ever starts on a version that it cannot
 * read. That one may read the bucket, too, or have the new version inside its package. So it does where
 * it must be able to ask for a password before there is a version that says so.
 */
export function codeGoesFirst(plan: Pick<Plan, "stacks" | "publish">): boolean {
  const service = stackPlan(plan, "service");
  if (service.action !== "update" || plan.publish.replaces === null) return false;
  const changed = new Map(service.changes.map((change) => [change.parameter, change]));
  if (changed.get("Password")?.to === "true") return true;
  const storage = changed.get("Storage");
  const storageNow = storage === undefined ? service.parameters.Storage : storage.from;
  return storageNow === "s3" && (changed.has("CodeKey") || changed.has("LayerKey"));
}
