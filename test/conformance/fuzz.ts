/** `npm run fuzz [-- COUNT [SEED]]`: none of 100,000 generated URLs may be answered with a 500. */
import fc from "fast-check";
import { createApp } from "../../runtime/site/pipeline/app.ts";
import { FUZZ_PROFILE, knownDatabases, problemWith } from "./fuzzing.ts";
import { siteOfProfile } from "./site.ts";
import { urls } from "./urls.ts";

const count = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const source = siteOfProfile(FUZZ_PROFILE);
const site = await source.current();
const queries = new Map(
  [...site.config.databases].map(([name, { queries: ofDatabase }]) => [
    name,
    [...ofDatabase.keys()],
  ]),
);
const app = createApp(source);
const problems = new Map<string, string>();
const started = performance.now();
const generated = fc.sample(urls(knownDatabases(queries)), { numRuns: count, seed });
for (const [index, url] of generated.entries()) {
  const problem = await problemWith(app, url).catch((error: unknown) => `rejected: ${error}`);
  if (problem !== null) problems.set(url, problem);
  if ((index + 1) % 10_000 === 0) console.log(`${index + 1} URLs, ${problems.size} problems`);
}
source.close();
for (const [url, problem] of [...problems].slice(0, 20)) console.log(`\n${url}\n  ${problem}`);
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(`\n${count} URLs (seed ${seed}) in ${seconds} s: ${problems.size} problems`);
process.exitCode = problems.size > 0 ? 1 : 0;
