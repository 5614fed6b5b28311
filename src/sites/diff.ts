/** `dsl diff NAME db…`: what an update with the same arguments would change, and what that costs. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { ManifestDatabase } from "../../runtime/core/format/manifest.ts";
import { formatCount } from "../../runtime/core/quantities.ts";
import { encodeIndex } from "../../runtime/publisher/publish/manifest-build.ts";
import { BucketStore } from "../aws/bucket-store.ts";
import { type PreparedUpdate, prepareUpdate } from "../deploy/prepare-update.ts";
import type { UpdateRequest } from "../deploy/update-request.ts";
import { describeSiteChanges, describeStacks } from "../plan/describe.ts";
import { isNoop, stackPlan } from "../plan/plan.ts";
import { planJson } from "../plan/plan-json.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { compareVersions, describeDifference } from "./compare-versions.ts";
import { monthlyCost, usageWith } from "./cost.ts";
import { type CostlySetting, costlySettings, dollars } from "./costly-settings.ts";

const REQUESTS = 100_000;

/** What costs another amount afterwards; null: there is nothing now, or there will be nothing. */
interface CostChange {
  what: string;
  before: string | null;
  after: string | null;
}

/**
 * Prints the differences and changes nothing. With `failIfDifferent` it throws a DslError (`differs`)
 * after that when there are any, so that scripts can ask.
 */
export async function showDifferences(
  request: UpdateRequest,
  failIfDifferent: boolean,
  reporter: Reporter,
): Promise<void> {
  const prepared = await prepareUpdate(
    { ...request, flags: { ...request.flags, dryRun: true } },
    reporter,
  );
  const { plan, state } = prepared.planned;
  const before = state.published?.manifest.databases ?? [];
  const differences = compareVersions(before, plan.publish.manifest.databases, blocksIn(prepared));
  const costs = await costChanges(prepared);
  const isSame = isNoop(plan);
  const lines = [
    ...differences.flatMap(describeDifference),
    ...describeSiteChanges(plan),
    ...describeStacks(plan),
    ...costs.map(
      ({ what, before: old, after: now }) =>
        `cost of ${what}: ${old ?? "nothing"} → ${now ?? "nothing"}`,
    ),
  ];
  const { site } = request;
  reporter.result(isSame ? [`No differences: ${site} is as it would be published.`] : lines, {
    site,
    different: !isSame,
    databases: differences.map(({ newBlocks, ...others }) => ({
      ...others,
      new_blocks: newBlocks,
    })),
    costs,
    plan: planJson(plan),
  });
  if (isSame || !failIfDifferent) return;
  throw new DslError(
    "differs",
    `${site} differs from what would be published`,
    "dsl update-stack with the same arguments publishes it",
  );
}

/** Of what is on this machine, and of what is published. */
function blocksIn({ facts, planned }: PreparedUpdate): (database: ManifestDatabase) => string[] {
  const indexes = planned.state.published?.indexes;
  const here = new Map(facts.databases.map((each) => [encodeIndex(each).name, each.blocks]));
  return ({ index }) => here.get(index) ?? indexes?.get(index)?.blocks ?? [];
}

async function costChanges({ deployment, facts, planned }: PreparedUpdate): Promise<CostChange[]> {
  const { plan, state } = planned;
  const bucket = state.stacks.get("bucket")?.outputs.BucketName;
  const store =
    bucket === undefined ? null : new BucketStore(await deployment.clients.s3(), bucket);
  const objects = (await store?.list("")) ?? [];
  const stored = objects.reduce((sum, { size }) => sum + size, 0);
  const added = plan.publish.databases.reduce((sum, change) => {
    const zipped = facts.databases.find(({ name }) => name === change.name)?.zippedSize ?? 0;
    if (change.change === "new") return sum + zipped;
    return change.change === "changed"
      ? sum + (zipped * change.changedBlocks) / change.blocks
      : sum;
  }, 0);
  const action = stackPlan(plan, "service");
  const old = state.stacks.get("service")?.parameters ?? {};
  const now = action.action === "none" ? old : known(action.parameters);
  const isNew = state.stacks.size === 0;
  const month = (parameters: Record<string, string>, bytes: number) =>
    monthlyCost(usageWith(parameters, bytes, REQUESTS)).reduce(
      (sum, line) => sum + line.dollars,
      0,
    );
  const total = {
    what: `a month with ${formatCount(REQUESTS, "request")}`,
    before: isNew ? null : `US$${dollars(month(old, stored))}`,
    after: `US$${dollars(month(now, stored + added))}`,
  };
  const settings = isNew ? [] : settingChanges(old, now, stored);
  return [...settings, total].filter(({ before, after }) => before !== after);
}

/** Settings whose price, or whose being there, changes; the data is in the total. */
function settingChanges(
  old: Record<string, string>,
  now: Record<string, string>,
  stored: number,
): CostChange[] {
  const before = new Map(costlySettings(old, stored).map((one) => [one.what, inWords(one)]));
  const after = new Map(costlySettings(now, stored).map((one) => [one.what, inWords(one)]));
  return [...new Set([...before.keys(), ...after.keys()])].map((what) => ({
    what,
    before: before.get(what) ?? null,
    after: after.get(what) ?? null,
  }));
}

function inWords({ setting, price }: CostlySetting): string {
  return `${setting}, ${price}`;
}

function known(parameters: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, value ?? ""]));
}
