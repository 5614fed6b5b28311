/** What `dsl update-stack` says about its plan and its outcome. */
import { formatBytes, formatCount, formatDuration } from "../../runtime/core/quantities.ts";
import { describePlan } from "../plan/describe.ts";
import { describeFirstVisit } from "../plan/first-visit.ts";
import { describeOrigins } from "../plan/option-origins.ts";
import type { Plan } from "../plan/plan.ts";
import { planJson } from "../plan/plan-json.ts";
import { publicOrigins } from "../stacks/addresses.ts";
import type { Reporter } from "../terminal/reporter.ts";
import type { PlannedUpdate } from "./deployment.ts";
import { type DomainsOutcome, recordLines } from "./domains-step.ts";
import type { Outcome } from "./execute.ts";
import { redirectNotes } from "./report-access.ts";
import type { Verified } from "./verify-step.ts";

/** Before it is executed. */
export function reportPlan(plan: Plan, reporter: Reporter): void {
  reporter.event("plan", planJson(plan));
  for (const note of plan.notes) reporter.info(note);
}

/** Instead of executing it; what the plan says includes its notes. */
export function reportDryRun(
  { plan, state }: PlannedUpdate,
  baseUrl: string,
  reporter: Reporter,
): void {
  reporter.event("plan", planJson(plan));
  const lines = [
    ...describePlan(plan),
    ...redirectNotes(plan, publicOrigins(state.stacks), baseUrl),
    ...describeOrigins(plan.options),
  ];
  reporter.result(lines, { dry_run: true, ...planJson(plan) });
}

/** Nothing was to be done: says so and where the site is. */
export function reportNoop(
  { plan }: PlannedUpdate,
  domains: DomainsOutcome,
  milliseconds: number,
  reporter: Reporter,
): void {
  const { version } = plan.publish.manifest;
  const { url } = domains;
  const bytes = plan.publish.manifest.databases.reduce((sum, { size }) => sum + size, 0);
  reporter.result(
    [
      `Nothing changed: version ${version} of ${plan.stackName} is up to date (${formatDuration(milliseconds)}).`,
      ...recordLines(domains),
      url,
    ],
    {
      stack: plan.stackName,
      changed: false,
      version,
      url,
      records_to_create: domains.records,
      elapsed_seconds: milliseconds / 1000,
      bytes_uploaded: 0,
      bytes_total: bytes,
      package_bytes_uploaded: 0,
    },
  );
}

/** The last line is the URL alone. */
export function reportUpdate(
  plan: Plan,
  { published, packageBytes, verified, oldAnswersUntil }: Outcome,
  domains: DomainsOutcome,
  milliseconds: number,
  reporter: Reporter,
): void {
  const { url } = domains;
  const { version, bytesUploaded, bytesTotal, blocksUploaded, blocksTotal } = published;
  // With lists of blocks, manifests and cards, so that it may be more than small databases have.
  const blocks = `${blocksUploaded} of ${formatCount(blocksTotal, "block")}`;
  const data = `uploaded ${formatBytes(bytesUploaded)} (${blocks} of ${formatBytes(bytesTotal)} of databases, compressed)`;
  const code = packageBytes === 0 ? "" : ` and ${formatBytes(packageBytes)} of code`;
  const isOver = oldAnswersUntil === null || oldAnswersUntil.getTime() <= Date.now();
  const caveat = isOver
    ? []
    : [
        `Until ${formatTime(oldAnswersUntil)} visitors may still get the version before (--wait-all waits for that).`,
      ];
  reporter.result(
    [
      `Version ${version} of ${plan.stackName} is live after ${formatDuration(milliseconds)}: ${data}${code}.`,
      firstVisitLine(plan, verified),
      ...caveat,
      ...recordLines(domains),
      url,
    ],
    {
      stack: plan.stackName,
      changed: true,
      version,
      url,
      records_to_create: domains.records,
      waiting_domains: domains.waiting,
      elapsed_seconds: milliseconds / 1000,
      bytes_uploaded: bytesUploaded,
      bytes_total: bytesTotal,
      blocks_uploaded: blocksUploaded,
      blocks_total: blocksTotal,
      package_bytes_uploaded: packageBytes,
      first_visit: { ...plan.firstVisit, cold_start_seconds: coldSeconds(verified) },
      old_answers_until: oldAnswersUntil?.toISOString() ?? null,
    },
  );
}

/** What the plan expected of a first visit and, when this was one, how long it took. */
function firstVisitLine(plan: Plan, verified: Verified | null): string {
  const measured =
    verified?.start === "cold"
      ? `; the first answer, with a look into every database, took ${formatDuration(verified.milliseconds)}`
      : "";
  return `${describeFirstVisit(plan)}${measured}.`;
}

function coldSeconds(verified: Verified | null): number | null {
  return verified?.start === "cold" ? verified.milliseconds / 1000 : null;
}

/** 12:34:56, as the clock on the wall has it. */
function formatTime(time: Date): string {
  return time.toLocaleTimeString("en-GB");
}
