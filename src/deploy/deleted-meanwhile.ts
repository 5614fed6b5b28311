import { DslError } from "../../runtime/core/dsl-error.ts";
import { findSite } from "../stacks/find-site.ts";
import { conditionOf } from "../stacks/stack-status.ts";
import type { Deployment } from "./deployment.ts";

/**
 * The reason when something failed, or will not last, because somebody deletes the site at the same
 * time. null when the site is not being deleted, or nobody can tell. To be asked once there was a
 * bucket.
 */
export async function deletedMeanwhile(
  { clients, site }: Deployment,
  failure?: unknown,
): Promise<DslError | null> {
  const found = await findSite(clients, site).catch(() => null);
  if (found === null) return null;
  const bucket = found.stacks.get("bucket");
  const going = [...found.stacks.values()].find(({ status }) => conditionOf(status) === "deleting");
  if (bucket !== undefined && going === undefined) return null;
  const proof = going === undefined ? "its bucket is gone" : `${going.name} is in ${going.status}`;
  return new DslError(
    "deleted_meanwhile",
    `Somebody else deleted site ${site} while this run was publishing it (${proof})`,
    "when that was not meant: the same command again, which publishes the site anew",
    { cause: failure },
  );
}
