/** What a running `dsl watch` has done and is doing, as its status and as metrics. Pure. */

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

export interface WatchStatus {
  site: string;
  pid: number;
  /** ISO 8601, UTC, as all times here. */
  started_at: string;
  updated_at: string;
  /** Current on the site, as far as this process knows; null: it has published nothing yet. */
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

/** https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
export function prometheusText(status: WatchStatus): string {
  const lines: string[] = [];
  const add = (
    name: string,
    type: "counter" | "gauge",
    help: string,
    values: [object, number][],
  ) => {
    lines.push(`# HELP dsl_watch_${name} ${help}`, `# TYPE dsl_watch_${name} ${type}`);
    for (const [labels, value] of values) lines.push(`dsl_watch_${name}${braces(labels)} ${value}`);
  };
  const site = { site: status.site };
  const each = (value: (database: DatabaseStatus) => number): [object, number][] =>
    status.databases.map((database) => [{ ...site, database: database.name }, value(database)]);
  const { last_success: last } = status;
  add("up", "gauge", "1 unless publishing fails at present.", [
    [site, status.error === null ? 1 : 0],
  ]);
  add("versions_total", "counter", "Versions published.", [[site, status.versions]]);
  add("sent_bytes_total", "counter", "Bytes sent for them.", [[site, status.bytes]]);
  add("errors_total", "counter", "Attempts that failed.", [[site, status.errors]]);
  add("last_success_timestamp_seconds", "gauge", "When a version was published last.", [
    [site, last === null ? 0 : Date.parse(last) / 1000],
  ]);
  add("last_lag_seconds", "gauge", "From commit to current version, for the last version.", [
    [site, status.last_lag_seconds ?? 0],
  ]);
  add("database_up", "gauge", "1 unless the file cannot be read at present.", [
    ...each(({ error }) => (error === null ? 1 : 0)),
  ]);
  add("lag_seconds", "gauge", "Age of the oldest commit that is not published.", [
    ...each(({ lag_seconds }) => lag_seconds),
  ]);
  add(
    "database_bytes",
    "gauge",
    "Size of what was published last.",
    each(({ size }) => size ?? 0),
  );
  add(
    "copies_total",
    "counter",
    "How often the whole file was copied.",
    each((d) => d.copies),
  );
  add("repaired_blocks_total", "counter", "Blocks that a copy has put right.", [
    ...each(({ repairs }) => repairs),
  ]);
  return `${lines.join("\n")}\n`;
}

function braces(labels: object): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return `{${pairs.join(",")}}`;
}

function escaped(value: unknown): string {
  return String(value).replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
}
