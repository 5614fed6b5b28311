/**
 * The runtime's log: one JSON object a line on stderr, which Lambda takes to CloudWatch Logs. Each
 * line carries the id of the request that was being answered, as API Gateway knows it. In `dsl serve` it
 * may be a terminal, on which names and SQL of visitors must do nothing.
 */
import { printableJson } from "./active-characters.ts";

let requestId: string | null = null;

/** To be called when a request begins. Lambda gives an environment one request at a time. */
export function logRequestId(id: string | null): void {
  requestId = id;
}

export function log(level: "info" | "warn" | "error", message: string, facts: object = {}): void {
  const line = { level, message, ...(requestId === null ? {} : { requestId }), ...facts };
  process.stderr.write(`${printableJson(line)}\n`);
}

export function logError(message: string, error: unknown): void {
  const { name, stack, message: reason } = error instanceof Error ? error : new Error(`${error}`);
  log("error", message, { error: name, reason, stack });
}

/**
 * Numbers that CloudWatch makes metrics of, in the namespace `dsl`:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function logMetrics(site: string, counts: Record<string, number>): void {
  const Metrics = Object.keys(counts).map((Name) => ({ Name, Unit: "Count" }));
  const CloudWatchMetrics = [{ Namespace: "dsl", Dimensions: [["Site"]], Metrics }];
  const line = { _aws: { Timestamp: Date.now(), CloudWatchMetrics }, Site: site, ...counts };
  process.stderr.write(`${printableJson(line)}\n`);
}
