/** How far the Litestream replicas are followed by the site's function, for `dsl status`. */
import { followsOf } from "../../runtime/core/format/follows.ts";
import { formatAge, formatCount } from "../../runtime/core/quantities.ts";
import { lastTxid } from "../../runtime/load/litestream/follow-plan.ts";
import { storeReplica } from "../../runtime/load/litestream/replica.ts";
import type { FollowedReplica } from "../../runtime/load/litestream/replica-event.ts";
import { BucketStore } from "../aws/bucket-store.ts";
import type { AwsClients } from "../aws/clients.ts";
import { explainAwsError } from "../aws/errors.ts";
import { followedReplicas } from "../plan/follow-parameters.ts";
import type { DeployedSite } from "./open-site.ts";

export interface FollowStatus {
  database: string;
  replica: string;
  /** The last transaction that is published; null: the function has not published yet. */
  txid: number | null;
  /** The last one in the replica; null: it cannot be read. */
  newest_txid: number | null;
  /** For how long the first file that is not published has been there, in seconds; 0: all are. */
  behind_seconds: number;
  /** Why the replica cannot be read from here. */
  error: string | null;
}

/** Empty for a site that no function keeps up to date. */
export function followStatus(clients: AwsClients, site: DeployedSite): Promise<FollowStatus[]> {
  const replicas = followedReplicas(site.stacks.get("follow")?.parameters ?? null);
  return Promise.all(replicas.map((replica) => statusOf(clients, site, replica)));
}

async function statusOf(
  clients: AwsClients,
  { published }: DeployedSite,
  { name, bucket, prefix }: FollowedReplica,
): Promise<FollowStatus> {
  const entry = published.manifest.databases.find((database) => database.name === name);
  const txid = (entry && followsOf(entry)?.txid) ?? null;
  const place = `litestream:s3://${prefix === "" ? bucket : `${bucket}/${prefix}`}`;
  const status = { database: name, replica: place, txid };
  try {
    const store = new BucketStore(await clients.s3(), bucket);
    const files = await storeReplica(place, store, prefix).files();
    const newer = files.filter(({ maxTxid }) => maxTxid > BigInt(txid ?? 0));
    const since = Math.min(...newer.map(({ writtenAt }) => writtenAt));
    const behind_seconds = newer.length === 0 ? 0 : Math.max(0, (Date.now() - since) / 1000);
    return { ...status, newest_txid: Number(lastTxid(files)), behind_seconds, error: null };
  } catch (thrown) {
    const error = explainAwsError(thrown);
    const reason = error instanceof Error ? error.message : String(error);
    return { ...status, newest_txid: null, behind_seconds: 0, error: reason };
  }
}

/** Lines. */
export function describeFollows(statuses: readonly FollowStatus[]): string[] {
  return statuses.map((status) => `${status.database} ${status.replica}: ${describe(status)}`);
}

function describe({ txid, newest_txid: newest, behind_seconds, error }: FollowStatus): string {
  if (error !== null) return `transaction ${txid ?? "none"}; the replica cannot be read: ${error}`;
  if (newest === 0) return "the replica is empty";
  if (txid === null)
    return `nothing is published by the function yet; newest transaction ${newest}`;
  if (newest === txid) return `up to date at transaction ${txid}`;
  if (newest! < txid) return `begun anew: transaction ${newest} after ${txid} is not published yet`;
  const behind = formatCount(newest! - txid, "transaction");
  return `${behind} behind, for ${formatAge(1000 * behind_seconds)} (${txid} of ${newest})`;
}
