/** The replica that a command was given: `litestream:s3://bucket/path`. */
import { access } from "node:fs/promises";
import { join } from "node:path";
import { DslError } from "../../runtime/core/dsl-error.ts";
import {
  folderReplica,
  type Replica,
  storeReplica,
} from "../../runtime/load/litestream/replica.ts";
import { BucketStore } from "../aws/bucket-store.ts";
import type { AwsClients } from "../aws/clients.ts";
import { replicaPlace } from "./replica-place.ts";

/** Throws a DslError where none can be. */
export async function openReplica(
  path: string,
  clients: () => Promise<AwsClients>,
): Promise<Replica> {
  const place = replicaPlace(path);
  if (place.kind === "folder") {
    await access(join(place.folder, "ltx")).catch((cause) => {
      throw new DslError(
        "no_replica",
        `There is no folder ltx in ${place.folder}, so it is no replica of Litestream 0.5 or later`,
        "name the folder of one database of the replica; litestream databases lists them",
        { cause },
      );
    });
    return folderReplica(path, place.folder);
  }
  const store = new BucketStore(await (await clients()).s3(), place.bucket);
  return storeReplica(path, store, place.prefix);
}
