/** What a site that is made of Litestream replicas needs in their buckets. Pure. */
import { EVENT_ACTIONS, type Features } from "./resource-actions.ts";
import { allow, own, type PolicyScope, type Statement } from "./statement.ts";

/** A Litestream replica in a bucket. */
export interface ReplicaPlace {
  bucket: string;
  /** Without a slash at its end; may be empty. */
  prefix: string;
}

/** Reading replicas, whose buckets are not the site's, and letting those send their events. */
export function replicaStatements(
  scope: PolicyScope,
  { follow }: Features,
  replicas: readonly ReplicaPlace[],
): Statement[] {
  const arn = (path: string) => `arn:${scope.partition}:s3:::${path}`;
  const buckets = [...new Set(replicas.map(({ bucket }) => arn(bucket)))];
  if (buckets.length === 0) return [];
  const files = replicas.map(({ bucket, prefix }) =>
    arn([bucket, prefix, "ltx/*"].filter(Boolean).join("/")),
  );
  return [
    own(scope, allow("ListReplicas", ["s3:ListBucket"], buckets)),
    own(scope, allow("ReadReplicas", ["s3:GetObject"], files)),
    ...(follow ? [own(scope, allow("ReplicaEvents", EVENT_ACTIONS, buckets))] : []),
  ];
}
