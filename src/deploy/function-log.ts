import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { AwsClients } from "../aws/clients.ts";

/** CloudWatch's pattern for "contains any of". */
const ERRORS = "?ERROR ?Error ?error";
const SINCE_MS = 10 * 60 * 1000;

/** The last error lines of a function's log; none when it cannot be read. */
export async function lastErrorLines(
  clients: AwsClients,
  logGroup: string,
  count: number,
): Promise<string[]> {
  try {
    const logs = await clients.logs();
    const answer = await logs.send(
      new FilterLogEventsCommand({
        logGroupName: logGroup,
        startTime: Date.now() - SINCE_MS,
        filterPattern: ERRORS,
      }),
    );
    return (answer.events ?? []).slice(-count).map((event) => (event.message ?? "").trimEnd());
  } catch {
    // This only illustrates an error that is reported in any case; the log group's name is in it.
    return [];
  }
}
