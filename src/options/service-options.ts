/**
 * The settings of the function and its API. Each becomes a parameter of templates/service.yaml; in a
 * site that exists the deployed value stays where nothing else is asked for.
 */
import { type Option, property } from "./option.ts";

export interface ServiceOption extends Option {
  parameter: string;
  /** In a new site. */
  default: number | string | boolean;
}

/** By property: `logRetention`. */
export type ServiceSettings = Record<string, number | string | boolean>;

/** PutRetentionPolicy takes these numbers of days and no others. */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

export const SERVICE_OPTIONS: readonly ServiceOption[] = [
  /**
   * Lambda gives CPU with memory, and 1,769 MB is one full vCPU
   * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). Queries are bound by
   * CPU: with less they take longer in proportion and cost the same.
   */
  {
    name: "memory",
    value: "<MB>",
    help: "memory of the function",
    kind: { type: "number", from: 128, to: 10_240 },
    parameter: "MemorySize",
    default: 1769,
    isKept: true,
  },
  /** An HTTP API gives up after 30 s: the function should be the one to say so. */
  {
    name: "timeout",
    value: "<seconds>",
    help: "longest request",
    kind: { type: "number", from: 1, to: 900 },
    parameter: "Timeout",
    default: 29,
    isKept: true,
  },
  /** One conditional GET per 5 s and environment: $0.21 a month for one that never rests. */
  {
    name: "refresh",
    value: "<seconds>",
    help: "look for new data this often",
    kind: { type: "number", from: 1, to: 86_400 },
    parameter: "RefreshSeconds",
    default: 5,
    isKept: true,
  },
  {
    name: "log-retention",
    value: "<days>",
    help: "keep the function's log so long",
    kind: { type: "choice", among: LOG_RETENTION_DAYS },
    parameter: "LogRetentionDays",
    default: 30,
    isKept: true,
  },
  /**
   * Some 4 million requests a day, far beyond what a site of this kind gets, and an upper bound for
   * what a bad day costs (docs/aws.md). A page and what belongs to it fit into the burst.
   */
  {
    name: "rate",
    value: "<requests>",
    help: "requests a second that are answered",
    kind: { type: "number", from: 1, to: 10_000 },
    parameter: "RateLimit",
    default: 50,
    isKept: true,
  },
  {
    name: "burst",
    value: "<requests>",
    help: "requests at once before the rate counts",
    kind: { type: "number", from: 1, to: 5_000 },
    parameter: "BurstLimit",
    default: 100,
    isKept: true,
  },
  {
    name: "reserved-concurrency",
    value: "<number>",
    help: "environments of the function at once; none: as many as the account lets",
    kind: { type: "number", from: 1, to: 10_000, orNone: true },
    parameter: "ReservedConcurrency",
    default: "none",
    isKept: true,
  },
  {
    name: "permissions-boundary",
    value: "<arn>",
    help: "a managed policy beyond which the functions' roles may not go",
    kind: {
      type: "text",
      pattern: /^(none|arn:aws[\w-]*:iam::(\d{12}|aws):policy\/\S+)$/,
      mustBe: "It must be an ARN such as arn:aws:iam::123456789012:policy/limits, or none.",
    },
    parameter: "PermissionsBoundary",
    default: "none",
    isKept: true,
  },
  {
    name: "alarm",
    value: "<email>",
    help: "who is told of errors, throttles, costs; none: nobody",
    kind: {
      type: "text",
      pattern: /^(none|[^@\s]+@[^@\s]+\.[^@\s]+)$/,
      mustBe: "It must be an e-mail address, or none.",
    },
    parameter: "AlarmEmail",
    default: "none",
    isKept: true,
  },
  {
    name: "alarm-age",
    value: "<hours>",
    help: "with --alarm: when the data that visitors get is older, or none",
    kind: { type: "number", from: 1, to: 87_600, orNone: true },
    parameter: "AlarmAgeHours",
    default: "none",
    isKept: true,
  },
  /** Ten times what a site of 100,000 requests a month costs in all of it. */
  {
    name: "alarm-cost",
    value: "<dollars>",
    help: "with --alarm: when a day costs more than so many US dollars",
    kind: { type: "number", from: 1, to: 1_000_000 },
    parameter: "AlarmCost",
    default: 1,
    isKept: true,
  },
  {
    name: "dashboard",
    help: "make a dashboard in CloudWatch; the account's first three are free",
    kind: { type: "switch" },
    parameter: "Dashboard",
    default: false,
    isKept: true,
  },
  {
    name: "metrics",
    help: "make metrics of SQLite's time, rows, blocks and the data's age",
    kind: { type: "switch" },
    parameter: "Metrics",
    default: false,
    isKept: true,
  },
  {
    name: "tracing",
    help: "take traces with X-Ray",
    kind: { type: "switch" },
    parameter: "Tracing",
    default: false,
    isKept: true,
  },
];

/** The settings among other options. */
export function serviceSettings(flags: object): ServiceSettings {
  const given: ServiceSettings = {};
  for (const option of SERVICE_OPTIONS) {
    const value = (flags as Record<string, unknown>)[property(option)];
    if (value !== undefined) given[property(option)] = value as number | string | boolean;
  }
  return given;
}
