/** `dsl logs NAME`: the function's log, as lines. */
import { setTimeout as sleep } from "node:timers/promises";
import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { AwsClients } from "../aws/clients.ts";
import { isErrorLine } from "../deploy/function-log.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { openSite, requireLogGroup } from "./open-site.ts";

/** CloudWatch shows an event some seconds after it was written, and not always in order. */
const LATE_MS = 10_000;
const FOLLOW_MS = 2_000;

export interface LogsRequest {
  site: string;
  /** How far back, milliseconds. */
  since: number;
  /** Go on until interrupted. */
  follow: boolean;
  /** Only what the runtime or Lambda call an error. */
  errors: boolean;
}

interface LogEvent {
  id: string;
  /** Milliseconds since 1970. */
  time: number;
  message: string;
}

/** Prints the events, the oldest first; with `follow` it returns only when the command is stopped. */
export async function showLogs(
  clients: AwsClients,
  { site: name, since, follow, errors }: LogsRequest,
  reporter: Reporter,
): Promise<void> {
  const logGroup = requireLogGroup(await openSite(clients, name));
  const shown = new Map<string, number>();
  let from = Date.now() - since;
  let count = 0;
  const look = async () => {
    const now = Date.now();
    for await (const event of readEvents(clients, logGroup, from)) {
      if (shown.has(event.id)) continue;
      shown.set(event.id, event.time);
      if (errors && !isErrorLine(event.message)) continue;
      count++;
      const time = new Date(event.time).toISOString();
      reporter.output(`${time} ${event.message}`, "log", { time, message: event.message });
    }
    from = Math.max(from, now - LATE_MS);
    for (const [id, time] of shown) if (time < from) shown.delete(id);
  };
  await look();
  while (follow) {
    await sleep(FOLLOW_MS);
    await look();
  }
  const what = errors ? "errors" : "events";
  if (count === 0)
    reporter.info(`No ${what} in ${logGroup} since ${new Date(from).toISOString()}.`);
}

async function* readEvents(
  clients: AwsClients,
  logGroupName: string,
  startTime: number,
): AsyncGenerator<LogEvent> {
  const client = await clients.logs();
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new FilterLogEventsCommand({ logGroupName, startTime, nextToken }),
    );
    for (const { eventId = "", timestamp = 0, message = "" } of page.events ?? []) {
      yield { id: eventId, time: timestamp, message: message.trimEnd() };
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}
