/** What there is to know of a site's events, for `dsl status`. */
import { formatAge, formatCount } from "../../runtime/core/quantities.ts";
import type { AwsClients } from "../aws/clients.ts";
import { messagesIn } from "../deploy/last-events.ts";
import { outputOf } from "../stacks/outputs.ts";
import type { DeployedSite } from "./open-site.ts";

export interface EventsStatus {
  /** Name of the database. */
  database: string;
  public: boolean;
  /** Messages that are not loaded yet; each has one event or many. */
  queued: number;
  /** Messages that could not be loaded. */
  failed: number;
  /** When the last batch was published; null when there was none. */
  loaded_at: string | null;
  /** Events' rows in the last batches that the site lists. */
  loaded: number;
}

/** Null for a site that takes no events. */
export async function eventsStatus(
  clients: AwsClients,
  { stacks, published }: DeployedSite,
): Promise<EventsStatus | null> {
  const collect = stacks.get("collect");
  if (collect === undefined) return null;
  const [queued, failed] = await Promise.all([
    messagesIn(clients, outputOf(collect, "QueueUrl")),
    messagesIn(clients, outputOf(collect, "DeadLetterQueueUrl")),
  ]);
  const database = collect.parameters.Database ?? "";
  const loads = (published.manifest.loads ?? []).filter(
    (load) => load.database === database && load.source === `events for ${database}`,
  );
  return {
    database,
    public: collect.parameters.Public === "true",
    queued,
    failed,
    loaded_at: loads[0]?.at ?? null,
    loaded: loads.flatMap(({ tables }) => tables).reduce((sum, { rows }) => sum + rows, 0),
  };
}

/** Lines. */
export function describeEvents(status: EventsStatus | null, site: string, now: Date): string[] {
  if (status === null) return [];
  const { database, queued, failed, loaded_at: at } = status;
  const from = status.public ? "from everybody" : "with a token";
  const last = at === null ? "none so far" : `${formatAge(now.getTime() - Date.parse(at))} ago`;
  return [
    `into ${database}, ${from}; last loaded: ${last}`,
    `${formatCount(queued, "message")} waiting`,
    ...(failed === 0
      ? []
      : [`${formatCount(failed, "message")} could not be loaded (dsl collect replay ${site})`]),
  ];
}
