/** The replicas among the databases that were named, as a function could follow them. Pure. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { FollowedReplica } from "../../runtime/load/litestream/replica-event.ts";
import type { NamedDatabase } from "../../runtime/publisher/facts.ts";
import { isReplica, replicaPlace } from "./replica-place.ts";

/** Throws a DslError for one on this machine when a function is to follow them (`isRequired`). */
export function replicasInBuckets(
  databases: readonly NamedDatabase[],
  isRequired: boolean,
): FollowedReplica[] {
  const replicas: FollowedReplica[] = [];
  for (const { name, path } of databases) {
    if (!isReplica(path)) continue;
    const place = replicaPlace(path);
    if (place.kind === "bucket") replicas.push({ name, ...place });
    else if (isRequired) {
      throw new DslError(
        "cannot_follow_in_lambda",
        `${path} is on this machine, where no function can read it`,
        "--follow follows it from here",
        { exitCode: 2 },
      );
    }
  }
  return replicas.map(({ name, bucket, prefix }) => ({ name, bucket, prefix }));
}
