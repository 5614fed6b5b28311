/** What becomes of the stack that follows Litestream replicas. Pure. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import { formatBytes } from "../../runtime/core/quantities.ts";
import {
  type FollowedReplica,
  LARGEST_FOLLOWED,
  parseReplicas,
} from "../../runtime/load/litestream/replica-event.ts";
import { partitionOf } from "../stacks/partition.ts";
import { inboxParameters } from "./inbox-parameters.ts";
import type { Facts, UpdateOptions } from "./inputs.ts";
import type { Parameters } from "./plan.ts";

/** CloudFormation's for the value of a parameter: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html */
const LONGEST_PARAMETER = 4096;
/** IAM takes the first three as something else, and the last divides lists of CloudFormation. */
const SPECIAL = /[*?$,]/;

/** The stack's own parameters. */
export interface FollowSettings {
  Replicas: string;
  ReplicaBucket: string;
  ReplicaPrefix: string;
  ReplicaObjects: string;
  ReplicaFolders: string;
}

/**
 * The replicas that were named, else those that are deployed (`current`, null for no stack). Null for a site that no
 * function keeps up to date. Throws a DslError for replicas that none can follow.
 */
export function followSettings(
  { followInLambda, replicas = [] }: UpdateOptions,
  current: Record<string, string> | null,
  region: string,
): FollowSettings | null {
  if (followInLambda === false || (followInLambda === undefined && current === null)) return null;
  if (replicas.length === 0 && current !== null) {
    const { Replicas = "", ReplicaBucket = "", ReplicaPrefix = "" } = current;
    const { ReplicaObjects = "", ReplicaFolders = "" } = current;
    return { Replicas, ReplicaBucket, ReplicaPrefix, ReplicaObjects, ReplicaFolders };
  }
  if (replicas.length === 0) {
    throw new DslError(
      "nothing_to_follow",
      "--follow-in-lambda is about Litestream replicas in a bucket, and none was named",
      "name one: litestream:s3://bucket/path",
      { exitCode: 2 },
    );
  }
  const folders = replicas.map(folderOf);
  const settings = {
    Replicas: JSON.stringify(replicas.map(({ name, bucket, prefix }) => [name, bucket, prefix])),
    ReplicaBucket: requireOneBucket(replicas),
    // Every transaction is first in a file of level 0; of several replicas, what they have in common.
    ReplicaPrefix: folders.length === 1 ? `${folders[0]}0/` : commonStart(folders),
    ReplicaObjects: replicas
      .map((replica) => `arn:${partitionOf(region)}:s3:::${replica.bucket}/${folderOf(replica)}*`)
      .join(","),
    ReplicaFolders: folders.flatMap((folder) => [folder, `${folder}0/`]).join(","),
  };
  const longest = Object.values(settings).find(({ length }) => length > LONGEST_PARAMETER);
  if (longest !== undefined) {
    throw cannot(`${replicas.length} replicas are too many for one function`, "fewer of them");
  }
  return settings;
}

/** All parameters of templates/follow.yaml: the function is in the same package, on the same layer as the service. */
export function followParameters(service: Parameters, settings: FollowSettings): Parameters {
  return { ...inboxParameters(service), ...settings };
}

/** The databases that the function follows, and where from. */
export function followedReplicas(parameters: Record<string, string> | null): FollowedReplica[] {
  return parseReplicas(parameters?.Replicas ?? "[]");
}

/** Throws a DslError for a database that does not fit onto the function's disk. */
export function checkFollowedSizes(
  { Replicas }: FollowSettings,
  { databases }: Pick<Facts, "databases">,
): void {
  const names = new Set(parseReplicas(Replicas).map(({ name }) => name));
  const large = databases.find(({ name, size }) => names.has(name) && size > LARGEST_FOLLOWED);
  if (large === undefined) return;
  throw cannot(
    `${large.name} has ${formatBytes(large.size)}, and a function has room for ${formatBytes(LARGEST_FOLLOWED)}`,
    "--follow, or dsl watch, from a machine that has room",
  );
}

function requireOneBucket([first, ...others]: FollowedReplica[]): string {
  const { bucket } = first!;
  const other = others.find((replica) => replica.bucket !== bucket);
  if (other !== undefined) {
    throw cannot(
      `The replicas are in the buckets ${bucket} and ${other.bucket}, and a site's function follows those of one`,
      "a site for each bucket, or dsl watch",
    );
  }
  return bucket;
}

/** What the keys of a replica's files begin with. */
function folderOf({ prefix }: FollowedReplica): string {
  if (SPECIAL.test(prefix)) {
    throw cannot(
      `The prefix ${prefix} has a character that means something else to IAM (* ? $ ,)`,
      "--follow, or dsl watch",
    );
  }
  return prefix === "" ? "ltx/" : `${prefix}/ltx/`;
}

function commonStart([first = "", ...others]: string[]): string {
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}

function cannot(message: string, hint: string): DslError {
  return new DslError("cannot_follow_in_lambda", message, hint, { exitCode: 2 });
}
