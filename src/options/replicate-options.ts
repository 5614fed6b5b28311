/** The options of `replicate` and `restore`: docs/replicate.md. */
import type { Retention } from "../../runtime/core/format/retention.ts";
import { CONFIG, METADATA } from "./content-options.ts";
import { KEEP } from "./keep-option.ts";
import type { Option } from "./option.ts";
import { readTime } from "./read-time.ts";
import { TARGET_OPTIONS, type TargetFlags } from "./shared-options.ts";
import { address, interval } from "./watch-options.ts";

/** As the command gets them. */
export interface ReplicateFlags extends TargetFlags {
  /** `name=path` */
  alias: string[];
  /** One; several are refused. */
  to?: string[];
  once?: boolean;
  /** Milliseconds. */
  interval?: number;
  metrics?: { host: string; port: number };
  /** Absent: as each replica has it. */
  keep?: Retention;
  status?: boolean;
  /** Paths of files, or what dsl.yaml has instead. */
  config?: string | Record<string, unknown>;
  metadata?: string | Record<string, unknown>;
}

/** As the command gets them. */
export interface RestoreFlags extends TargetFlags {
  out?: string;
  version?: number;
  /** ISO 8601. */
  at?: string;
  list?: boolean;
  force?: boolean;
}

export const REPLICATE_OPTIONS: readonly Option[] = [
  {
    name: "alias",
    value: "<name=path>",
    help: "replicate a file under another name (repeatable)",
    kind: { type: "list" },
    key: null,
    default: [],
    defaultIs: "none",
  },
  {
    name: "to",
    value: "<url>",
    help: "where: 's3://bucket/path/$DB_NAME' or 'file:///folder/$DB_NAME'",
    kind: { type: "list" },
  },
  {
    name: "once",
    help: "send one version of each database, and end",
    kind: { type: "switch" },
    key: null,
  },
  {
    name: "interval",
    value: "<duration>",
    help: "send at most this often: 500ms, 1s, 5m",
    kind: { type: "text", read: interval },
    defaultIs: "1s",
  },
  {
    name: "metrics",
    value: "<host:port>",
    help: "serve metrics for Prometheus there",
    kind: { type: "text", read: address },
    key: "replicate-metrics",
  },
  {
    ...KEEP,
    key: "replicate-keep",
    isKept: undefined,
    defaultIs: "7d in a new replica",
  },
  {
    name: "status",
    help: "print what the running dsl replicate do, as JSON, and end",
    kind: { type: "switch" },
    key: null,
  },
  METADATA,
  CONFIG,
  ...TARGET_OPTIONS,
];

export const RESTORE_OPTIONS: readonly Option[] = [
  {
    name: "out",
    short: "o",
    value: "<file>",
    help: "the file to write",
    kind: { type: "path" },
    key: null,
  },
  {
    name: "version",
    value: "<number>",
    help: "this version",
    kind: { type: "number", from: 1, to: Number.MAX_SAFE_INTEGER },
    key: null,
    defaultIs: "the newest",
    conflictsWith: "at",
  },
  {
    name: "at",
    value: "<time>",
    help: "as it was at this time",
    kind: { type: "text", read: readTime },
    key: null,
  },
  {
    name: "list",
    help: "list the versions that are kept, and end",
    kind: { type: "switch" },
    key: null,
  },
  { name: "force", help: "replace a file that is there", kind: { type: "switch" }, key: null },
  ...TARGET_OPTIONS,
];
