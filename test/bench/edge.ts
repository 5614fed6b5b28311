/**
 * `npm run bench:edge`: what CloudFront takes off the function. A log of people, bots and a link in the news is
 * played to the locations of the local AWS's CloudFront, with the policy of templates/edge.yaml before the app,
 * in a time of its own; and once to the app alone. Prints for each way of keeping answers what still reaches
 * the function, and how long a version was given out after it was replaced; ends with 1 when a promise of
 * docs/cloudfront.md is not kept.
 */
import { join } from "node:path";
import { type Played, replay, type Way } from "./edge/replay.ts";
import { versionedApp } from "./edge/versioned-app.ts";
import { visits } from "./edge/visits.ts";

const DATABASE = join(import.meta.dirname, "../../examples/northwind.db");
const TTL = 60;
const WAYS: readonly Way[] = [
  { name: "as without CloudFront (max-age=5)", sharedSeconds: 0, invalidates: false },
  { name: "s-maxage=10", sharedSeconds: 10, invalidates: false },
  { name: `s-maxage=${TTL}`, sharedSeconds: TTL, invalidates: false },
  { name: "s-maxage=300", sharedSeconds: 300, invalidates: false },
  { name: "kept until there is another version", sharedSeconds: 31_536_000, invalidates: true },
];
const INTERVALS = [
  ["a version every 20 s", 20],
  ["a version every 10 min", 600],
  ["a version a day", 86_400],
] as const;
/** Of the requests with a version a day, at one location. */
const LEAST_SAVED = 0.4;

const app = versionedApp(DATABASE);
const pages: string[] = [];
for (const page of app.pages) {
  if ((await app.ask(page, new Map(), 0)).status === 200) pages.push(page);
}
const log = visits(pages, { hours: 2, people: 500, crawled: 350, burst: 600 });
console.log(`${log.length} requests in 2 hours for ${pages.length} addresses\n`);
const bare = await replay(app, log, null, 1, 86_400);
console.log(`without CloudFront: ${bare.asked} requests, ${seconds(bare.work)} of work\n`);
let kept = true;
for (const locations of [1, 4]) {
  for (const [title, interval] of INTERVALS) {
    console.log(`${title}, ${locations === 1 ? "one location" : `${locations} locations`}`);
    for (const way of locations === 1 ? WAYS : WAYS.filter(isOurs)) {
      const played = await replay(app, log, way, locations, interval);
      console.log(`  ${way.name.padEnd(38)} ${describe(played, bare)}`);
      if (!way.invalidates && played.latest > Math.max(way.sharedSeconds, 5)) kept = false;
      const isMeasured = isOurs(way) && locations === 1 && interval === 86_400;
      if (isMeasured && 1 - played.asked / bare.asked < LEAST_SAVED) kept = false;
    }
  }
}
if (!kept) {
  console.log("\nA promise is not kept.");
  process.exitCode = 1;
}

function isOurs({ sharedSeconds }: Way): boolean {
  return sharedSeconds === TTL;
}

function describe(played: Played, alone: Played): string {
  return [
    `hits ${percent(1 - played.asked / played.visits)}`,
    `requests ${ratio(played.asked, alone.asked)}`,
    `(${percent(played.revalidated / played.asked)} of them 304)`,
    `work ${ratio(played.work, alone.work)}`,
    `bytes ${ratio(played.bytes, alone.bytes)}`,
    `at most ${Math.round(played.latest)} s late`,
  ].join("  ");
}

function ratio(part: number, whole: number): string {
  return `${(part / whole).toFixed(2)}×`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`.padStart(5);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
