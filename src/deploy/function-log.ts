import { type CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { AwsClients } from "../aws/clients.ts";

/** Of a deployment that has just failed. */
const RECENT_MS = 2 * 60 * 1000;
/** CloudWatch may give empty pages; this many are asked for before it is given up. */
const MAX_PAGES = 20;
/** Lambda writes an uncaught exception with its whole stack in one line. */
const MAX_LENGTH = 300;

/** The last different error lines of a function's log, shortened; none when it cannot be read. */
export async function lastErrorLines(
  clients: AwsClients,
  logGroup: string,
  count: number,
  sinceMs = RECENT_MS,
): Promise<string[]> {
  try {
    const messages = await recentMessages(await clients.logs(), logGroup, sinceMs);
    const errors = messages.filter(isErrorLine).map(shorten);
    return [...new Set(errors)].slice(-count);
  } catch {
    // This only illustrates an error that is reported in any case; the log group's name is in it.
    return [];
  }
}

async function recentMessages(
  logs: CloudWatchLogsClient,
  logGroupName: string,
  sinceMs: number,
): Promise<string[]> {
  const startTime = Date.now() - sinceMs;
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

/**
 * Whether a line of the log is about something that went wrong: the runtime's own lines say their level,
 * and Lambda has some words for a function that failed. Its reports have "Status: error" in them, too,
 * but tell nothing.
 */
export function isErrorLine(message: string): boolean {
  const level = /^\{"level":"(\w+)"/.exec(message)?.[1];
  if (level !== undefined) return level === "error";
  if (/^(INIT_)?REPORT /.test(message)) return false;
  return /\b(ERROR|Error|error|Task timed out|Runtime exited|errorType)\b/.test(message);
}

/** Without Lambda's "TIME\tREQUEST ID\t" in front, which makes equal messages differ. */
function shorten(message: string): string {
  const text = message.trim().replace(/^\S+Z\t\S+\t/, "");
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)} …`;
}
