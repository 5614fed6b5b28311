/** `dsl cost NAME`: what a site costs a month at a number of visits, from published prices. */
import { formatBytes, formatCount } from "../../runtime/core/quantities.ts";
import type { AwsClients } from "../aws/clients.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { table } from "../terminal/table.ts";
import { alarmMetrics, CUSTOM_METRICS, dollars, hasMetrics } from "./costly-settings.ts";
import { type DeployedSite, openSite } from "./open-site.ts";
import prices from "./prices.json" with { type: "json" };

/** What one request is taken to use; from the project's own measurements of table pages. */
const MILLISECONDS = 30;
const ANSWER_BYTES = 30_000;
const LOG_BYTES = 900;
/** Of requests, what CloudFront answers from what it has kept: `npm run bench:edge`, 60 s, a version a day. */
const KEPT_BY_CLOUDFRONT = 0.4;
/** An environment asks for the manifest when it answers and has not for a while: at most once a request. */
const READS = 1;

const GIGABYTE = 1e9;

export interface Usage {
  /** Requests a month: pages, API calls, scripts and styles. */
  requests: number;
  /** Bytes in the bucket. */
  stored: number;
  /** Megabytes of the function. */
  memory: number;
  /** Megabytes of /tmp. */
  ephemeral: number;
  architecture: "arm64" | "x86_64";
  /** Metrics that alarms look at. */
  alarmMetrics: number;
  dashboards: number;
  customMetrics: number;
  /** Whether CloudFront is in front of the API. */
  hasCloudFront: boolean;
  /** Whether X-Ray takes traces. */
  isTraced: boolean;
}

/** One line of the bill, US dollars a month; `free`: without the free tier it would be more. */
export interface CostLine {
  what: string;
  why: string;
  dollars: number;
}

/** Prints the bill line by line. */
export async function showCost(
  clients: AwsClients,
  name: string,
  requests: number,
  reporter: Reporter,
): Promise<void> {
  const site = await openSite(clients, name);
  const usage = await usageOf(site, requests);
  const lines = monthlyCost(usage);
  const total = lines.reduce((sum, { dollars }) => sum + dollars, 0);
  reporter.result(
    [
      `${name} at ${formatCount(requests, "request")} a month:`,
      ...table(
        ["", "US$/month", ""],
        [
          ...lines.map((line) => [line.what, dollars(line.dollars), line.why]),
          ["total", dollars(total), ""],
        ],
      ),
      `Prices of ${prices.region} as published in ${prices.published}, with the monthly free tier of an account that has nothing else.`,
    ],
    { site: name, requests, region: prices.region, prices: prices.published, lines, total },
  );
}

/** The bill of a month; each line is rounded only when it is printed. */
export function monthlyCost(usage: Usage): CostLine[] {
  const { stored, memory, ephemeral, architecture, hasCloudFront } = usage;
  const requests = hasCloudFront ? usage.requests * (1 - KEPT_BY_CLOUDFRONT) : usage.requests;
  const seconds = (requests * MILLISECONDS) / 1000;
  const compute = seconds * (memory / 1024);
  const scratch = seconds * Math.max(0, ephemeral / 1024 - prices.lambdaEphemeralFreeGigabytes);
  const transfer = (requests * ANSWER_BYTES) / GIGABYTE;
  const logged = (requests * LOG_BYTES) / GIGABYTE;
  return [
    {
      what: "HTTP API",
      why: formatCount(requests, "request"),
      dollars: requests * prices.httpApiRequest,
    },
    {
      what: "Lambda requests",
      why: formatCount(requests, "request"),
      dollars: over(requests, prices.lambdaFreeRequests) * prices.lambdaRequest,
    },
    {
      what: "Lambda compute",
      why: `${MILLISECONDS} ms each with ${memory} MB (${architecture})`,
      dollars:
        over(compute, prices.lambdaFreeGigabyteSeconds) *
          prices.lambdaGigabyteSecond[architecture] +
        scratch * prices.lambdaEphemeralGigabyteSecond,
    },
    {
      what: "S3 storage",
      why: formatBytes(stored),
      dollars: (stored / GIGABYTE) * prices.s3GigabyteMonth,
    },
    {
      what: "S3 reads",
      why: `at most ${formatCount(requests * READS, "read")} of the manifest`,
      dollars: requests * READS * prices.s3Get,
    },
    {
      what: "log",
      why: formatBytes(logged * GIGABYTE),
      dollars: over(logged, prices.logsFreeGigabytes) * prices.logsGigabyte,
    },
    ...(hasCloudFront
      ? cloudFront(usage)
      : [
          {
            what: "data transfer",
            why: `${formatBytes(transfer * GIGABYTE)}, ${formatBytes(ANSWER_BYTES)} an answer`,
            dollars: over(transfer, prices.transferFreeGigabytes) * prices.transferGigabyte,
          },
        ]),
    ...watching(usage),
  ];
}

/** Transfer to CloudFront is free, and what it sends to visitors is on its own bill. */
function cloudFront({ requests }: Usage): CostLine[] {
  const transfer = (requests * ANSWER_BYTES) / GIGABYTE;
  return [
    {
      what: "CloudFront requests",
      why: `${formatCount(requests, "request")}, ${KEPT_BY_CLOUDFRONT * 100} % of them answered from what it has kept`,
      dollars:
        over(requests, prices.cloudFrontFreeRequests) * prices.cloudFrontRequest +
        over(requests, prices.cloudFrontFreeFunctions) * prices.cloudFrontFunction,
    },
    {
      what: "CloudFront transfer",
      why: `${formatBytes(transfer * GIGABYTE)}, ${formatBytes(ANSWER_BYTES)} an answer`,
      dollars: over(transfer, prices.cloudFrontFreeGigabytes) * prices.cloudFrontGigabyte,
    },
    { what: "Secrets Manager", why: "a secret", dollars: prices.secretMonth },
  ];
}

/** What alarms, metrics, the dashboard and traces cost, as far as the site has them. */
function watching(usage: Usage): CostLine[] {
  const { alarmMetrics, dashboards, customMetrics, isTraced, requests } = usage;
  const lines: CostLine[] = [
    {
      what: "alarms",
      why: formatCount(alarmMetrics, "metric"),
      dollars: over(alarmMetrics, prices.alarmMetricsFree) * prices.alarmMetric,
    },
    {
      what: "dashboard",
      why: formatCount(dashboards, "dashboard"),
      dollars: over(dashboards, prices.dashboardsFree) * prices.dashboard,
    },
    {
      what: "metrics",
      why: formatCount(customMetrics, "metric"),
      dollars: over(customMetrics, prices.customMetricsFree) * prices.customMetric,
    },
    {
      what: "X-Ray",
      why: formatCount(requests, "trace"),
      dollars: over(requests, prices.xrayTracesFree) * prices.xrayTrace,
    },
  ];
  const has = [alarmMetrics > 0, dashboards > 0, customMetrics > 0, isTraced];
  return lines.filter((_, at) => has[at]);
}

function over(amount: number, free: number): number {
  return Math.max(0, amount - free);
}

async function usageOf({ stacks, store }: DeployedSite, requests: number): Promise<Usage> {
  const objects = await store.list("");
  const stored = objects.reduce((sum, { size }) => sum + size, 0);
  return usageWith(stacks.get("service")?.parameters ?? {}, stored, requests);
}

/** Of a site whose service stack has these parameters. */
export function usageWith(
  parameters: Readonly<Record<string, string>>,
  stored: number,
  requests: number,
): Usage {
  return {
    requests,
    stored,
    memory: Number(parameters.MemorySize ?? 512),
    ephemeral: Number(parameters.EphemeralStorage ?? 512),
    architecture: parameters.Architecture === "x86_64" ? "x86_64" : "arm64",
    alarmMetrics: alarmMetrics(parameters),
    dashboards: parameters.Dashboard === "true" ? 1 : 0,
    customMetrics: hasMetrics(parameters) ? CUSTOM_METRICS : 0,
    // Who has it says so to the function.
    hasCloudFront: Boolean(parameters.OriginKeys),
    isTraced: parameters.Tracing === "true",
  };
}
