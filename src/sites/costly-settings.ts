/** Which of a site's settings cost money, in words; the amounts are those of prices.json. Pure. */
import { formatBytes, formatCount } from "../../runtime/core/quantities.ts";
import prices from "./prices.json" with { type: "json" };

/** What `--metrics` writes: runtime/lambdas/site/request-log.ts. */
export const CUSTOM_METRICS = 4;
const GIGABYTE = 1e9;

export interface CostlySetting {
  /** What it is about, in one word: "memory". */
  what: string;
  /** In the user's words: "memory 1769 MB". */
  setting: string;
  /** When and how much. */
  price: string;
}

/** Whether `--alarm` was given. */
export function hasAlarms({ AlarmEmail = "none" }: Readonly<Record<string, string>>): boolean {
  return AlarmEmail !== "none";
}

/** How many alarms, and alarm metrics that are billed, `--alarm` makes with these parameters. */
export function alarmMetrics(parameters: Readonly<Record<string, string>>): number {
  if (!hasAlarms(parameters)) return 0;
  // Errors of the function, errors of the API, throttles; the one about costs looks at four metrics.
  const ofAge = (parameters.AlarmAgeHours ?? "none") === "none" ? 0 : 1;
  return 3 + 4 + ofAge;
}

/** `parameters` are those of the service stack, `stored` the bytes in the bucket. */
export function costlySettings(
  parameters: Readonly<Record<string, string>>,
  stored: number,
): CostlySetting[] {
  const costly: CostlySetting[] = [
    {
      what: "data",
      setting: `${formatBytes(stored)} in the bucket`,
      price: `US$${dollars((stored / GIGABYTE) * prices.s3GigabyteMonth)} a month`,
    },
    {
      what: "memory",
      setting: `memory ${parameters.MemorySize ?? "?"} MB`,
      price: `US$${dollars(computeHour(parameters))} for an hour of answering`,
    },
  ];
  const beyond =
    Number(parameters.EphemeralStorage ?? 0) / 1024 - prices.lambdaEphemeralFreeGigabytes;
  if (beyond > 0) {
    costly.push({
      what: "/tmp",
      setting: `/tmp of ${parameters.EphemeralStorage} MB`,
      price: `US$${dollars(beyond * prices.lambdaEphemeralGigabyteSecond * 3600)} more for that hour`,
    });
  }
  const alarms = alarmMetrics(parameters);
  if (alarms > 0) {
    costly.push({
      what: "alarms",
      setting: formatCount(alarms, "alarm metric"),
      price: `US$${dollars(alarms * prices.alarmMetric)} a month; the account's first ${prices.alarmMetricsFree} are free`,
    });
  }
  if (parameters.Dashboard === "true") {
    costly.push({
      what: "dashboard",
      setting: "a dashboard",
      price: `US$${dollars(prices.dashboard)} a month; the account's first ${prices.dashboardsFree} are free`,
    });
  }
  if (hasMetrics(parameters)) {
    costly.push({
      what: "metrics",
      setting: formatCount(CUSTOM_METRICS, "metric"),
      price: `US$${dollars(CUSTOM_METRICS * prices.customMetric)} a month; the account's first ${prices.customMetricsFree} are free`,
    });
  }
  if (parameters.OriginKeys) {
    costly.push({
      what: "cloudfront",
      setting: "CloudFront",
      price: `US$${dollars(prices.secretMonth)} a month for its secret; after ${formatCount(prices.cloudFrontFreeRequests, "request")} a month US$${dollars((prices.cloudFrontRequest + prices.cloudFrontFunction) * 1e6)} a million`,
    });
  }
  if (parameters.Tracing === "true") {
    costly.push({
      what: "traces",
      setting: "X-Ray",
      price: `US$${dollars(prices.xrayTrace * 1e6)} for a million traces after the first ${formatCount(prices.xrayTracesFree, "one")}`,
    });
  }
  return costly;
}

/** An alarm about the data's age needs its metric. */
export function hasMetrics(parameters: Readonly<Record<string, string>>): boolean {
  const { Metrics = "false", AlarmAgeHours = "none" } = parameters;
  return Metrics === "true" || (hasAlarms(parameters) && AlarmAgeHours !== "none");
}

function computeHour({ MemorySize, Architecture }: Readonly<Record<string, string>>): number {
  const cpu = Architecture === "x86_64" ? "x86_64" : "arm64";
  return (Number(MemorySize ?? 0) / 1024) * prices.lambdaGigabyteSecond[cpu] * 3600;
}

/** 0.0004 → "<0.01", 12.3 → "12.30". */
export function dollars(amount: number): string {
  return amount > 0 && amount < 0.01 ? "<0.01" : amount.toFixed(2);
}
