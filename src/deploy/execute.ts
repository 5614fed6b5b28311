import { collectGarbage } from "../../runtime/publisher/collect/collect.ts";
import type { PublishResult } from "../../runtime/publisher/publish/publish.ts";
import { BucketStore } from "../aws/bucket-store.ts";
import type { Facts } from "../plan/inputs.ts";
import { oldAnswerSeconds } from "../plan/old-answers.ts";
import { stackPlan } from "../plan/plan.ts";
import { codeGoesFirst } from "../plan/publish-order.ts";
import { publicOrigins } from "../stacks/addresses.ts";
import { outputOf } from "../stacks/outputs.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { settleAccess, storeFirstAccess } from "./access-step.ts";
import { applyStackAction } from "./apply-stack.ts";
import { applyStacks } from "./apply-stacks.ts";
import { deletedMeanwhile } from "./deleted-meanwhile.ts";
import type { Deployment, PlannedUpdate } from "./deployment.ts";
import { halfPublished, unfinished, unverified } from "./interruption.ts";
import { deleteOriginSecret, storeOriginSecret } from "./origin-secret.ts";
import { type Layers, uploadPackages } from "./packages.ts";
import { publishVersion } from "./publish-step.ts";
import { verifyAddresses, visitorsUrl } from "./verify-addresses.ts";
import type { Verified } from "./verify-step.ts";

export interface Outcome {
  url: string;
  /** Scheme and host of addresses of which a provider may have to be told. */
  newOrigins: readonly string[];
  published: PublishResult;
  /** Bytes of the function's and the layer's zip that were sent. */
  packageBytes: number;
  /** How the site answered the first time; null: it cannot be reached from here. */
  verified: Verified | null;
  /** Until then visitors may get the version before this one; null: there is none, or it is the same. */
  oldAnswersUntil: Date | null;
}

/** Executes a plan that needs no recovery, in the order in which nothing refers to what is not there yet. */
export async function execute(
  deployment: Deployment,
  planned: PlannedUpdate,
  facts: Facts,
  layers: Layers,
): Promise<Outcome> {
  const bucketStack = await applyStackAction(deployment, stackPlan(planned.plan, "bucket"), {});
  const bucket = outputOf(bucketStack, "BucketName");
  try {
    return await executeIn(bucket, deployment, planned, facts, layers);
  } catch (error) {
    throw (await deletedMeanwhile(deployment, error)) ?? error;
  }
}

/** What comes after the bucket. */
async function executeIn(
  bucket: string,
  deployment: Deployment,
  { plan, state }: PlannedUpdate,
  facts: Facts,
  layers: Layers,
): Promise<Outcome> {
  const { reporter, clients } = deployment;
  const secrets = await storeFirstAccess(deployment, { plan, state });
  const store = new BucketStore(await clients.s3(), bucket);
  const { version } = plan.publish.manifest;
  const isPublishing = plan.publish.action === "publish";
  if (isPublishing) reporter.ifInterrupted(...halfPublished(version));
  const publish = () => publishVersion(store, plan, facts, state.published, reporter);
  const early = codeGoesFirst(plan) ? null : await publish();
  if (isPublishing && early !== null) reporter.ifInterrupted(...unfinished(early.version));
  if (plan.secret?.isNew) {
    await storeOriginSecret(clients, deployment.site, deployment.originSecret);
  }
  const packageBytes = await uploadPackages(deployment, store, plan, facts, layers);
  const stacks = await applyStacks(deployment, plan, bucket);
  const service = stacks.get("service")!;
  if (isPublishing && early === null) reporter.ifInterrupted(...halfPublished(version));
  const published = early ?? (await publish());
  reporter.ifInterrupted(...unverified(published.version));
  const url = visitorsUrl(stacks, deployment.baseUrl);
  const verified = await verifyAddresses(deployment, plan, stacks, published.version);
  for (const action of plan.closing) {
    const known = { BucketName: bucket, ApiId: service.outputs.ApiId ?? "" };
    await applyStackAction(deployment, action, known);
  }
  if (plan.secret === null && state.stacks.has("edge")) {
    await deleteOriginSecret(clients, deployment.site);
  }
  const origins = publicOrigins(stacks);
  const newOrigins = await settleAccess(deployment, { plan, state }, secrets, origins);
  const deleted = await deletedMeanwhile(deployment);
  if (deleted !== null) throw deleted;
  const before = [...state.stacks.values()].map(({ parameters }) => parameters);
  await collect(store, [...before, service.parameters], reporter);
  const seconds = oldAnswerSeconds(
    plan.storage,
    Number(service.parameters.RefreshSeconds),
    deployment.cacheSeconds,
    Number(service.parameters.EdgeSeconds) || 0,
  );
  const isReplaced = plan.publish.action === "publish" && state.published !== null;
  const oldAnswersUntil = isReplaced ? new Date(Date.now() + seconds * 1000) : null;
  return { url, newOrigins, published, packageBytes, verified, oldAnswersUntil };
}

/** Old versions are removed at the end; if that fails, the next run does it. */
async function collect(
  store: BucketStore,
  parameters: Record<string, string>[],
  reporter: Reporter,
): Promise<void> {
  const inUse = parameters.flatMap(({ CodeKey = "", LayerKey = "" }) => [CodeKey, LayerKey]);
  try {
    await collectGarbage(store, inUse);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    reporter.warn(`Old versions could not be removed from bucket ${store.name}: ${why}`);
  }
}
