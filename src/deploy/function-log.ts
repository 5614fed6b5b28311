import { type CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { AwsClients } from "../aws/clients.ts";

const SINCE_MS = 2 * 60 * 1000;
/** CloudWatch may give empty pages; this many are asked for before it is given up. */
const MAX_PAGES = 20;
/** Lambda writes an uncaught exception with its whole stack in one line. */
const MAX_LENGTH = 300;

/** The last different error lines of a function's log, shortened; none when it cannot be read. */
export async function lastErrorLines(
  clients: AwsClients,
  logGroup: string,
  count: number,
): Promise<string[]> {
  try {
    const messages = await recentMessages(await clients.logs(), logGroup);
    const errors = messages.filter(isError).map(shorten);
    return [...new Set(errors)].slice(-count);
  } catch {
    // This only illustrates an error that is reported in any case; the log group's name is in it.
    return [];
  }
}

async function recentMessages(logs: CloudWatchLogsClient, logGroupName: string): Promise<string[]> {
  const startTime = Date.now() - SINCE_MS;
  const messages: string[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await logs.send(
      new FilterLogEventsCommand({ logGroupName, startTime, nextToken }),
    );
    messages.push(...(answer.events ?? []).map(({ message = "" }) => message));
    nextToken = answer.nextToken;
    if (nextToken === undefined) break;
  }
  return messages;
}

/** Lambda's reports have "Status: error" in them, too, but tell nothing. */
function isError(message: string): boolean {
  return /error/i.test(message) && !/^(INIT_)?REPORT /.test(message);
}

/** Without Lambda's "TIME\tREQUEST ID\t" in front, which makes equal messages differ. */
function shorten(message: string): string {
  const text = message.trim().replace(/^\S+Z\t\S+\t/, "");
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)} …`;
}
