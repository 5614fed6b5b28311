/** What a running `dsl watch` or `dsl replicate` has done and is doing, as its status and as metrics. Pure. */

/** Where versions are published to: a site by its name, or a replica by its URL. */
export type Target = { site: string } | { replica: string };

export interface DatabaseStatus {
  name: string;
  path: string;
  /** What is wrong with it; null: nothing is. */
  error: string | null;
  /** Whether its write-ahead log tells what has changed; otherwise each change is a copy of the file. */
  wal: boolean;
  /** Bytes of what was published last; null: nothing was yet. */
  size: number | null;
  /** How long ago the oldest commit was seen that is not published, in seconds; 0: all are. */
  lag_seconds: number;
  /** How often the whole file was copied. */
  copies: number;
  /** Blocks that a look at the whole file has put right. */
  repairs: number;
}

export type WatchStatus = Target & WatchFacts;

export interface WatchFacts {
  pid: number;
  /** ISO 8601, UTC, as all times here. */
  started_at: string;
  updated_at: string;
  /** Current there, as far as this process knows; null: it has published nothing yet. */
  version: number | null;
  /** Versions that this process has published. */
  versions: number;
  /** Bytes that it has sent for them. */
  bytes: number;
  errors: number;
  /** What is wrong with publishing; null: nothing is. */
  error: string | null;
  last_success: string | null;
  /** From when the oldest of its commits was seen to when the last version was current. */
  last_lag_seconds: number | null;
  databases: DatabaseStatus[];
}

type Metric<Of> = [
  name: string,
  type: "counter" | "gauge",
  help: string,
  value: (of: Of) => number,
];

const OF_TARGETS: readonly Metric<WatchStatus>[] = [
  ["up", "gauge", "1 unless publishing fails at present.", up],
  ["versions_total", "counter", "Versions published.", ({ versions }) => versions],
  ["sent_bytes_total", "counter", "Bytes sent for them.", ({ bytes }) => bytes],
  ["errors_total", "counter", "Attempts that failed.", ({ errors }) => errors],
  [
    "last_success_timestamp_seconds",
    "gauge",
    "When a version was published last.",
    ({ last_success: last }) => (last === null ? 0 : Date.parse(last) / 1000),
  ],
  [
    "last_lag_seconds",
    "gauge",
    "From commit to current version, for the last version.",
    ({ last_lag_seconds: lag }) => lag ?? 0,
  ],
];

const OF_DATABASES: readonly Metric<DatabaseStatus>[] = [
  ["database_up", "gauge", "1 unless the file cannot be read at present.", up],
  [
    "lag_seconds",
    "gauge",
    "Age of the oldest commit that is not published.",
    ({ lag_seconds }) => lag_seconds,
  ],
  ["database_bytes", "gauge", "Size of what was published last.", ({ size }) => size ?? 0],
  ["copies_total", "counter", "How often the whole file was copied.", ({ copies }) => copies],
  [
    "repaired_blocks_total",
    "counter",
    "Blocks that a copy has put right.",
    ({ repairs }) => repairs,
  ],
];

function up({ error }: { error: string | null }): number {
  return error === null ? 1 : 0;
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
export function prometheusText(statuses: readonly WatchStatus[]): string {
  const targets = statuses.map((status) => ({ of: status, labels: labelOf(status) }));
  const databases = statuses.flatMap((status) =>
    status.databases.map((database) => ({
      of: database,
      labels: { ...labelOf(status), database: database.name },
    })),
  );
  const lines = [
    ...OF_TARGETS.flatMap((metric) => linesOf(metric, targets)),
    ...OF_DATABASES.flatMap((metric) => linesOf(metric, databases)),
  ];
  return `${lines.join("\n")}\n`;
}

function labelOf(target: Target): Target {
  return "site" in target ? { site: target.site } : { replica: target.replica };
}

function linesOf<Of>(
  [name, type, help, value]: Metric<Of>,
  all: readonly { of: Of; labels: object }[],
): string[] {
  return [
    `# HELP dsl_watch_${name} ${help}`,
    `# TYPE dsl_watch_${name} ${type}`,
    ...all.map(({ of, labels }) => `dsl_watch_${name}${braces(labels)} ${value(of)}`),
  ];
}

function braces(labels: object): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return `{${pairs.join(",")}}`;
}

function escaped(value: unknown): string {
  return String(value).replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
}
