/**
 * The answers that take most memory, one after another in a process of its own; prints the process's peak
 * in MB: `node worst-answers.ts [LAMBDA MEMORY IN MB]`.
 */

import { buildSiteConfig } from "../../runtime/core/config/site-config.ts";
import { Connection } from "../../runtime/core/sqlite/connection.ts";
import { isWhole } from "../../runtime/site/http/answer.ts";
import { createApp } from "../../runtime/site/pipeline/app.ts";
import type { Site } from "../../runtime/site/site.ts";
import { guardFile } from "../../src/paths.ts";

const [megabytes] = process.argv.slice(2);
if (megabytes !== undefined) process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE = megabytes;
process.stderr.write = () => true;

const connection = new Connection(":memory:", { guardFile: guardFile() });
const site = {
  version: null,
  publishedAt: null,
  storage: "serve",
  config: buildSiteConfig({
    config: {},
    metadata: {},
    settings: { sql_time_limit_ms: "10000" },
    flags: { cors: false, crossdb: false, defaultDeny: false },
  }),
  databases: [
    {
      name: "data",
      isMutable: false,
      size: 1,
      sha256: null,
      inspection: null,
      connect: async () => connection,
      file: async () => null,
    },
  ],
} as unknown as Site;
const app = createApp({ current: async () => site });

const rows = (count: number) =>
  `with recursive n(i) as (values (1) union all select i + 1 from n where i < ${count})`;
const text = (bytes: number, of: string) => `replace(hex(zeroblob(${bytes / 2})), '0', ${of})`;
const M = 1024 * 1024;
const QUERIES = [
  `${rows(14)} select ${text(16 * M, `'"'`)} as quotes from n`,
  `${rows(100)} select ${text(4 * M, `'"'`)} as quotes, i from n`,
  `${rows(1000)} select ${text(M, "char(1)")} as escapes, i from n`,
  `${rows(1000)} select zeroblob(1000000) as bytes from n`,
  `${rows(1000)} select ${text(100_000, "'語'")} as wide, i from n`,
];

let statuses = "";
for (const sql of QUERIES) {
  for (const format of ["csv", "json", "html"]) {
    const path = format === "html" ? "/data/-/query" : `/data/-/query.${format}`;
    const url = `${path}?sql=${encodeURIComponent(sql)}`;
    const headers = new Headers({ "accept-encoding": "gzip" });
    const { status, body } = await app({ method: "GET", url, headers, isSecure: false });
    const size = isWhole(body) ? (body?.length ?? 0) : 0;
    statuses += ` ${status}/${(size / M).toFixed(1)}`;
  }
}
console.log(`${Math.round(process.resourceUsage().maxRSS / 1024)}${statuses}`);
