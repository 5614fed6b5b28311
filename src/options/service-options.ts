/**
 * The settings of the function and its API, each described once: how it is typed (without the dashes
 * its name is a key of a configuration file), what it may be, which parameter of
 * templates/service.yaml it becomes, and what a new site gets. Nothing is defaulted before flags, file
 * and deployed values are merged: what was not given is absent.
 */

export interface ServiceOption {
  flag: string;
  help: string;
  /** A whole number of a range or of a list. */
  values: { from: number; to: number } | { among: readonly number[] };
  /** Whether the word `none` may be given, too. */
  orNone?: true;
  parameter: string;
  /** In a new site; in one that exists the deployed value stays. */
  initial: number | "none";
}

/** PutRetentionPolicy takes these numbers of days and no others. */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

export type ServiceSetting =
  | "memory"
  | "timeout"
  | "refresh"
  | "logRetention"
  | "rate"
  | "burst"
  | "reservedConcurrency";

export type ServiceSettings = { [name in ServiceSetting]?: number | "none" };

export const SERVICE_OPTIONS: Readonly<Record<ServiceSetting, ServiceOption>> = {
  /**
   * Lambda gives CPU with memory, and 1,769 MB is one full vCPU
   * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). Queries are bound by
   * CPU: with less they take longer in proportion and cost the same.
   */
  memory: {
    flag: "--memory <MB>",
    help: "memory of the function",
    values: { from: 128, to: 10_240 },
    parameter: "MemorySize",
    initial: 1769,
  },
  /** An HTTP API gives up after 30 s: the function should be the one to say so. */
  timeout: {
    flag: "--timeout <seconds>",
    help: "longest request",
    values: { from: 1, to: 900 },
    parameter: "Timeout",
    initial: 29,
  },
  /** One conditional GET per 5 s and environment: $0.21 a month for one that never rests. */
  refresh: {
    flag: "--refresh <seconds>",
    help: "look for new data this often",
    values: { from: 1, to: 86_400 },
    parameter: "RefreshSeconds",
    initial: 5,
  },
  logRetention: {
    flag: "--log-retention <days>",
    help: "keep the function's log so long",
    values: { among: LOG_RETENTION_DAYS },
    parameter: "LogRetentionDays",
    initial: 30,
  },
  /**
   * Some 4 million requests a day, far beyond what a site of this kind gets, and an upper bound for
   * what a bad day costs (docs/aws.md). A page and what belongs to it fit into the burst.
   */
  rate: {
    flag: "--rate <requests>",
    help: "requests a second that are answered",
    values: { from: 1, to: 10_000 },
    parameter: "RateLimit",
    initial: 50,
  },
  burst: {
    flag: "--burst <requests>",
    help: "requests at once before the rate counts",
    values: { from: 1, to: 5_000 },
    parameter: "BurstLimit",
    initial: 100,
  },
  reservedConcurrency: {
    flag: "--reserved-concurrency <number>",
    help: "environments of the function at once; none: as many as the account lets",
    values: { from: 1, to: 10_000 },
    orNone: true,
    parameter: "ReservedConcurrency",
    initial: "none",
  },
};

/** The settings among other options. */
export function serviceSettings(flags: ServiceSettings): ServiceSettings {
  const given: ServiceSettings = {};
  for (const name of Object.keys(SERVICE_OPTIONS) as ServiceSetting[]) {
    if (flags[name] !== undefined) given[name] = flags[name];
  }
  return given;
}
