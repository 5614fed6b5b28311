/**
 * `npm run fuzz:sql [-- COUNT [SEED [CPU]]]`: generated SQL text as custom queries (20,000 without a
 * number). None may be answered with a 500, or take more CPU time than twice the time limit, or than so many
 * milliseconds: a machine that others use, too, counts cycles that it waited for.
 */
import { createApp } from "../../runtime/site/pipeline/app.ts";
import { FUZZ_PROFILE } from "../conformance/fuzzing.ts";
import { siteOfProfile } from "../conformance/site.ts";
import { fetchPath } from "../runtime/site/fetch-app.ts";
import { randomNumbers } from "./mutate.ts";
import { sqlText } from "./sql-text.ts";

const TIME_LIMIT = 200;

const count = Number(process.argv[2] ?? 20_000);
const seed = Number(process.argv[3] ?? 1);
const mostCpu = Number(process.argv[4] ?? 2 * TIME_LIMIT);
const source = siteOfProfile({
  ...FUZZ_PROFILE,
  settings: { ...FUZZ_PROFILE.settings, sql_time_limit_ms: TIME_LIMIT },
});
const app = createApp(source);
const problems: string[] = [];
const statuses: Record<string, number> = {};
let worst = { used: 0, sql: "" };
const started = performance.now();
for (let index = 0; index < count; index++) {
  const random = randomNumbers(seed * 1_000_003 + index);
  const sql = sqlText(random);
  const format = ["json", "csv"][random(2)];
  const before = process.cpuUsage();
  const answer = await fetchPath(
    app,
    `/shop/-/query.${format}?sql=${encodeURIComponent(sql.toWellFormed())}`,
  );
  const body = await answer.text();
  const { user, system } = process.cpuUsage(before);
  const used = (user + system) / 1000;
  statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
  if (used > worst.used) worst = { used, sql };
  if (answer.status >= 500) problems.push(`${answer.status}: ${sql}\n  ${body.slice(0, 300)}`);
  if (used > mostCpu) problems.push(`${used.toFixed(0)} ms: ${sql}`);
}
source.close();
const seconds = ((performance.now() - started) / 1000).toFixed(0);
for (const problem of problems.slice(0, 20)) console.log(problem);
console.log(
  `${count} statements (seed ${seed}) in ${seconds} s: statuses ${JSON.stringify(statuses)}`,
);
console.log(
  `the most expensive took ${worst.used.toFixed(0)} ms of CPU: ${worst.sql.slice(0, 300)}`,
);
console.log(`${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
