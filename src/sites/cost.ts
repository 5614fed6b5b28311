/** `dsl cost NAME`: what a site costs a month at a number of visits, from published prices. */
import { formatBytes, formatCount } from "../../runtime/core/quantities.ts";
import type { AwsClients } from "../aws/clients.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { type DeployedSite, openSite } from "./open-site.ts";
import prices from "./prices.json" with { type: "json" };
import { table } from "./table.ts";

/** What one request is taken to use; from the project's own measurements of table pages. */
const MILLISECONDS = 30;
const ANSWER_BYTES = 30_000;
const LOG_BYTES = 600;
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
          ...lines.map(({ what, dollars, why }) => [what, formatDollars(dollars), why]),
          ["total", formatDollars(total), ""],
        ],
      ),
      `Prices of ${prices.region} as published in ${prices.published}, with the monthly free tier of an account that has nothing else.`,
    ],
    { site: name, requests, region: prices.region, prices: prices.published, lines, total },
  );
}

/** The bill of a month; each line is rounded only when it is printed. */
export function monthlyCost(usage: Usage): CostLine[] {
  const { requests, stored, memory, ephemeral, architecture } = usage;
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
    {
      what: "data transfer",
      why: `${formatBytes(transfer * GIGABYTE)}, ${formatBytes(ANSWER_BYTES)} an answer`,
      dollars: over(transfer, prices.transferFreeGigabytes) * prices.transferGigabyte,
    },
  ];
}

function over(amount: number, free: number): number {
  return Math.max(0, amount - free);
}

async function usageOf({ stacks, store }: DeployedSite, requests: number): Promise<Usage> {
  const parameters = stacks.get("service")?.parameters ?? {};
  const objects = await store.list("");
  return {
    requests,
    stored: objects.reduce((sum, { size }) => sum + size, 0),
    memory: Number(parameters.MemorySize ?? 512),
    ephemeral: Number(parameters.EphemeralStorage ?? 512),
    architecture: parameters.Architecture === "x86_64" ? "x86_64" : "arm64",
  };
}

/** 0.0004 → "<0.01", 12.3 → "12.30". */
function formatDollars(dollars: number): string {
  if (dollars > 0 && dollars < 0.01) return "<0.01";
  return dollars.toFixed(2);
}
