/** What there is to know of a site's events, for `dsl status`. */
import { formatAge, formatCount } from "../../runtime/core/quantities.ts";
import { eventsSource } from "../../runtime/load/events/batch-facts.ts";
import type { AwsClients } from "../aws/clients.ts";
import { explainAwsError } from "../aws/errors.ts";
import { messagesIn } from "../deploy/last-events.ts";
import { outputOf } from "../stacks/outputs.ts";
import type { DeployedSite } from "./open-site.ts";

export interface EventsStatus {
  /** Name of the database, or what those of all months begin with. */
  database: string;
  /** When a new one is begun. */
  rotation: string;
  public: boolean;
  /** Messages that are not loaded yet; each has one event or many. */
  queued: number;
  /** Seconds that the oldest of them has waited; null: none waits, or CloudWatch does not know yet. */
  oldest_seconds: number | null;
  /** Why that could not be asked. */
  oldest_unknown: string | null;
  /** Messages that could not be loaded. */
  failed: number;
  /** When the last batch was published; null when there was none. */
  loaded_at: string | null;
  /** Rows of the last batches that the site lists, those of lists included. */
  loaded: number;
  batches: number;
}

/** Null for a site that takes no events. */
export async function eventsStatus(
  clients: AwsClients,
  { stacks, published }: DeployedSite,
): Promise<EventsStatus | null> {
  const collect = stacks.get("collect");
  if (collect === undefined) return null;
  const queue = outputOf(collect, "QueueUrl");
  const [queued, failed] = await Promise.all([
    messagesIn(clients, queue),
    messagesIn(clients, outputOf(collect, "DeadLetterQueueUrl")),
  ]);
  const { Database: database = "", Rotate: rotation = "never", Public } = collect.parameters;
  const loads = (published.manifest.loads ?? []).filter(
    ({ source }) => source === eventsSource(database),
  );
  return {
    database,
    rotation,
    public: Public === "true",
    queued,
    ...(await oldestIn(clients, queue, queued)),
    failed,
    loaded_at: loads[0]?.at ?? null,
    loaded: loads.flatMap(({ tables }) => tables).reduce((sum, { rows }) => sum + rows, 0),
    batches: loads.length,
  };
}

/** Lines. */
export function describeEvents(status: EventsStatus | null, site: string, now: Date): string[] {
  if (status === null) return [];
  const { database, rotation, failed, loaded, batches, loaded_at: at } = status;
  const from = status.public ? "from everybody" : "with a token";
  const into = rotation === "never" ? database : `${database}, a new database each ${rotation}`;
  return [
    `into ${into}, ${from}`,
    at === null
      ? "none loaded so far"
      : `${formatCount(loaded, "row")} loaded in the last ${formatCount(batches, "load")}; the last ${formatAge(now.getTime() - Date.parse(at))} ago`,
    describeQueue(status),
    ...(failed === 0
      ? []
      : [`${formatCount(failed, "message")} could not be loaded (dsl collect failed ${site})`]),
  ];
}

function describeQueue({ queued, oldest_seconds, oldest_unknown }: EventsStatus): string {
  const waiting = `${formatCount(queued, "message")} waiting`;
  if (oldest_unknown !== null) return `${waiting}; for how long is not known: ${oldest_unknown}`;
  return oldest_seconds === null
    ? waiting
    : `${waiting}, the oldest for ${formatAge(1000 * oldest_seconds)}`;
}

/** The metric is measured once a minute, and comes some minutes later after a quiet time. */
const PERIOD_SECONDS = 60;
const LOOKED_BACK_MS = 10 * 60_000;

/** To receive a message for its age would count as a try to load it, so CloudWatch is asked. */
async function oldestIn(
  clients: AwsClients,
  queueUrl: string,
  queued: number,
): Promise<Pick<EventsStatus, "oldest_seconds" | "oldest_unknown">> {
  if (queued === 0) return { oldest_seconds: null, oldest_unknown: null };
  try {
    const { GetMetricStatisticsCommand } = await import("@aws-sdk/client-cloudwatch");
    const now = Date.now();
    const { Datapoints = [] } = await (await clients.cloudWatch()).send(
      new GetMetricStatisticsCommand({
        Namespace: "AWS/SQS",
        MetricName: "ApproximateAgeOfOldestMessage",
        Dimensions: [{ Name: "QueueName", Value: queueUrl.split("/").at(-1) ?? "" }],
        StartTime: new Date(now - LOOKED_BACK_MS),
        EndTime: new Date(now),
        Period: PERIOD_SECONDS,
        Statistics: ["Maximum"],
      }),
    );
    const time = ({ Timestamp }: { Timestamp?: Date }) => Timestamp?.getTime() ?? 0;
    const last = Datapoints.toSorted((a, b) => time(a) - time(b)).at(-1);
    return { oldest_seconds: last?.Maximum ?? null, oldest_unknown: null };
  } catch (error) {
    const explained = explainAwsError(error);
    const reason = explained instanceof Error ? explained.message : String(explained);
    return { oldest_seconds: null, oldest_unknown: reason };
  }
}
