/** Datasette's settings, under its names, and some of our own. Times are milliseconds. */
export interface Settings {
  default_page_size: number;
  max_returned_rows: number;
  max_insert_rows: number;
  max_post_body_bytes: number;
  num_sql_threads: number;
  sql_time_limit_ms: number;
  default_facet_size: number;
  facet_time_limit_ms: number;
  facet_suggest_time_limit_ms: number;
  allow_facet: boolean;
  allow_download: boolean;
  allow_signed_tokens: boolean;
  default_allow_sql: boolean;
  max_signed_tokens_ttl: number;
  suggest_facets: boolean;
  default_cache_ttl: number;
  cache_size_kb: number;
  allow_csv_stream: boolean;
  max_csv_mb: number;
  truncate_cells_html: number;
  force_https_urls: boolean;
  template_debug: boolean;
  trace_debug: boolean;
  base_url: string;
  /** Ours: a proxy in front writes `X-Forwarded-Proto` and `X-Forwarded-Host`. */
  trust_forwarded_headers: boolean;
  /** Ours: which sites may frame pages with `_embed`: origins, or `*`; "" for none. */
  allow_framing: string;
  /** Ours: CSV without cells that spreadsheets would run. */
  csv_safe: boolean;
  /** Ours: the largest answer that is put into the bucket, where it is too large for Lambda; 0 for any. */
  max_export_mb: number;
  /** Ours: how many such answers one environment writes in a minute; 0 for any number. */
  max_exports_per_minute: number;
  /** Ours: the SHA-256 of the key that its owner sends for `Server-Timing`; empty for none. */
  owner_key_sha256: string;
  /** Ours: whether versions that were published before can be asked for with `_at`. */
  allow_time_travel: boolean;
  /** Ours: the first version that can be asked for; those before it are not shown. */
  time_travel_from: number;
}

/** Settings that Datasette does not have. */
export const OWN_SETTINGS: readonly (keyof Settings)[] = [
  "trust_forwarded_headers",
  "allow_framing",
  "csv_safe",
  "max_export_mb",
  "max_exports_per_minute",
  "owner_key_sha256",
  "allow_time_travel",
  "time_travel_from",
];

/** https://docs.datasette.io/en/latest/settings.html */
export const DEFAULT_SETTINGS: Readonly<Settings> = {
  default_page_size: 100,
  max_returned_rows: 1000,
  max_insert_rows: 100,
  max_post_body_bytes: 2 * 1024 * 1024,
  num_sql_threads: 3,
  sql_time_limit_ms: 1000,
  default_facet_size: 30,
  facet_time_limit_ms: 200,
  facet_suggest_time_limit_ms: 50,
  allow_facet: true,
  allow_download: true,
  allow_signed_tokens: true,
  default_allow_sql: true,
  max_signed_tokens_ttl: 0,
  suggest_facets: true,
  default_cache_ttl: 5,
  cache_size_kb: 0,
  allow_csv_stream: true,
  max_csv_mb: 100,
  truncate_cells_html: 2048,
  force_https_urls: false,
  template_debug: false,
  trace_debug: false,
  base_url: "/",
  trust_forwarded_headers: false,
  allow_framing: "",
  csv_safe: false,
  max_export_mb: 1024,
  max_exports_per_minute: 10,
  owner_key_sha256: "",
  allow_time_travel: true,
  time_travel_from: 1,
};
