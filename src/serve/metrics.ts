/**
 * What `dsl serve` has done, in Prometheus's text format, at `/-/metrics`:
 * https://prometheus.io/docs/instrumenting/exposition_formats/. No label names a path, a database or a
 * visitor.
 */
import { VERSION } from "../version.ts";

/** Upper bounds, seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class ServeMetrics {
  readonly #startedAt = Date.now() / 1000;
  readonly #byStatus = new Map<number, number>();
  readonly #buckets = BUCKETS.map(() => 0);
  #count = 0;
  #seconds = 0;
  #sqlSeconds = 0;
  #statements = 0;
  #rows = 0;

  /** `timing` is the answer's Server-Timing, which says what SQLite did. */
  note(status: number, milliseconds: number, timing: string | null): void {
    const seconds = milliseconds / 1000;
    this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1);
    BUCKETS.forEach((bound, at) => {
      if (seconds <= bound) this.#buckets[at]!++;
    });
    this.#count++;
    this.#seconds += seconds;
    const sql = /\bsql;dur=([\d.]+);desc="(\d+) statements, (\d+) rows"/.exec(timing ?? "");
    this.#sqlSeconds += Number(sql?.[1] ?? 0) / 1000;
    this.#statements += Number(sql?.[2] ?? 0);
    this.#rows += Number(sql?.[3] ?? 0);
  }

  text(): string {
    const statuses = [...this.#byStatus].sort(([a], [b]) => a - b);
    const { rss } = process.memoryUsage();
    return [
      ...metric("dsl_build_info", "gauge", "Version of dsl", [[`{version="${VERSION}"}`, 1]]),
      ...metric(
        "dsl_http_requests_total",
        "counter",
        "Requests that were answered",
        statuses.map(([status, count]) => [`{status="${status}"}`, count]),
      ),
      ...metric("dsl_http_request_duration_seconds", "histogram", "Time until all was sent", [
        ...BUCKETS.map((bound, at): Sample => [`_bucket{le="${bound}"}`, this.#buckets[at]!]),
        ['_bucket{le="+Inf"}', this.#count],
        ["_sum", this.#seconds],
        ["_count", this.#count],
      ]),
      ...metric("dsl_sql_seconds_total", "counter", "Time in SQLite", [["", this.#sqlSeconds]]),
      ...metric("dsl_sql_statements_total", "counter", "Statements that ran", [
        ["", this.#statements],
      ]),
      ...metric("dsl_sql_rows_total", "counter", "Rows that SQLite returned", [["", this.#rows]]),
      ...metric("process_resident_memory_bytes", "gauge", "Memory of the server", [["", rss]]),
      ...metric("process_start_time_seconds", "gauge", "When the server started", [
        ["", this.#startedAt],
      ]),
      "",
    ].join("\n");
  }
}

/** What comes after the metric's name, and the value. */
type Sample = [suffix: string, value: number];

function metric(name: string, type: string, help: string, samples: Sample[]): string[] {
  const lines = samples.map(([suffix, value]) => `${name}${suffix} ${value}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines];
}
