/**
 * `npm run conformance [-- WORD...]`: replays the recorded cases and prints matched/total per
 * category. With words, only cases whose id, category or path contains one, and what differs.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Replayed, replay } from "./replay.ts";

/** Id → why the case should not match. */
const exceptions: Record<string, string> = JSON.parse(
  readFileSync(join(import.meta.dirname, "exceptions.json"), "utf8"),
);

const words = process.argv.slice(2);
const replayed = await replay(({ id, category, request }) =>
  words.length === 0
    ? true
    : words.some((word) => id === word || category === word || request.path.includes(word)),
);
const categories = Map.groupBy(replayed, ({ record }) => record.category);
let failures = 0;
for (const category of [...categories.keys()].sort()) {
  const cases = categories.get(category) ?? [];
  console.log(`${category.padEnd(22)} ${summary(cases)}`);
}
console.log(`${"total".padEnd(22)} ${summary(replayed)}`);
for (const { record, comparison } of replayed) {
  const isMatch = comparison.differences.length === 0;
  const isException = record.id in exceptions;
  if (isMatch === !isException) continue;
  failures++;
  if (isMatch) {
    console.log(`\n${record.id} matches but is listed in exceptions.json`);
    continue;
  }
  console.log(
    `\n${record.id} ${record.category} ${record.profile} ${record.request.method} ${record.request.path}`,
  );
  const shown = words.length > 0 ? comparison.differences : comparison.differences.slice(0, 4);
  for (const difference of shown) console.log(`  ${difference}`);
}
const reasons = Object.values(exceptions);
const onPurpose = reasons.filter((reason) => /^(Safety|Facts): /.test(reason)).length;
console.log(
  `\n${failures} cases differ; ${reasons.length} are exceptions, ${onPurpose} of them for safety or because Datasette says what is not so`,
);
process.exitCode = failures > 0 ? 1 : 0;

function summary(cases: readonly Replayed[]): string {
  const matched = cases.filter(({ comparison }) => comparison.differences.length === 0).length;
  const facts = cases.flatMap(({ comparison }) => (comparison.facts ? [comparison.facts] : []));
  const text = `${matched}/${cases.length}`;
  if (facts.length === 0) return text;
  const sum = (key: "matched" | "total") => facts.reduce((total, fact) => total + fact[key], 0);
  return `${text} (facts ${sum("matched")}/${sum("total")})`;
}
