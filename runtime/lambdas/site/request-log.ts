/**
 * One line in the log for each request: what was asked, what came of it, what it took. With `--metrics`
 * (DSL_METRICS) the same line is in CloudWatch's embedded metric format, so that it becomes metrics, too:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import { log } from "../../core/log.ts";
import { blocksFetched, requestFacts } from "../../core/request-facts.ts";

/** Paths are visitors' text; the query string, which may say more about them, is left out. */
const LONGEST_PATH = 200;

/** The members of the line that become metrics, with their units. Each costs: src/sites/prices.json. */
export const METRICS = [
  ["sql_ms", "Milliseconds"],
  ["rows", "Count"],
  ["blocks", "Count"],
  ["age_s", "Seconds"],
] as const;

let isCold = true;
let blocksBefore = 0;

export function logRequest(
  { method, path }: { method: string; path: string },
  { status, bytes }: { status: number; bytes: number },
  milliseconds: number,
  site: string,
  withMetrics: boolean,
): void {
  const { sqlMs, statements, rows, cache, version, publishedAt } = requestFacts;
  const fetched = blocksFetched[0] ?? 0;
  const line = {
    method,
    path: path.slice(0, LONGEST_PATH),
    status,
    bytes,
    ms: rounded(milliseconds),
    sql_ms: rounded(sqlMs),
    statements,
    rows,
    // Those that came in the background since the request before are among them.
    blocks: fetched - blocksBefore,
    version,
    age_s: publishedAt === null ? 0 : Math.round((Date.now() - Date.parse(publishedAt)) / 1000),
    start: isCold ? "cold" : "warm",
    cache,
  };
  isCold = false;
  blocksBefore = fetched;
  log("info", "request", withMetrics ? { ...line, ...embeddedMetrics(site) } : line);
}

function embeddedMetrics(site: string): object {
  const Metrics = METRICS.map(([Name, Unit]) => ({ Name, Unit }));
  return {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [{ Namespace: "dsl", Dimensions: [["site"]], Metrics }],
    },
    site,
  };
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
