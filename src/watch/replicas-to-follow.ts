/** What `dsl update-stack --follow` follows. Pure. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import { nameDatabases } from "../database-names.ts";
import { isReplica } from "../litestream/replica-place.ts";
import type { UpdateFlags } from "../options/update-options.ts";
import type { TypedDatabases } from "../project-file/project-databases.ts";

/**
 * The replicas among the databases of an update. Throws a DslError where there are none, and for what following
 * them contradicts.
 */
export function replicasToFollow(request: {
  databases: string[];
  flags: UpdateFlags;
}): TypedDatabases {
  const { at, alias, save, followInLambda } = request.flags;
  if (followInLambda) {
    throw contradiction("--follow and --follow-in-lambda would both publish what comes");
  }
  if (at !== undefined) {
    throw contradiction(`--at ${at} is an earlier state, and --follow goes on with the latest`);
  }
  if (save !== undefined) {
    throw contradiction(`--save ${save} deploys nothing that --follow could follow`);
  }
  const replicas = nameDatabases(request.databases, alias).filter(({ path }) => isReplica(path));
  if (replicas.length > 0) {
    return { databases: [], alias: replicas.map(({ name, path }) => `${name}=${path}`) };
  }
  throw new DslError(
    "nothing_to_follow",
    "--follow is about Litestream replicas, and none was named",
    "name one: litestream:s3://bucket/path; files are followed by dsl watch",
    { exitCode: 2 },
  );
}

function contradiction(message: string): DslError {
  return new DslError("nothing_to_follow", message, "leave one of them out", { exitCode: 2 });
}
