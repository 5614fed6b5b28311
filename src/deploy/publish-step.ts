import { formatBytes, formatCount } from "../../runtime/core/quantities.ts";
import type { Published } from "../../runtime/publisher/facts.ts";
import { planPublish, sameTyped } from "../../runtime/publisher/publish/plan-publish.ts";
import { type PublishResult, publish } from "../../runtime/publisher/publish/publish.ts";
import type { PublishAction } from "../../runtime/publisher/publish/publish-action.ts";
import { publishConflict } from "../../runtime/publisher/publish/publish-manifest.ts";
import { publishMerged } from "../../runtime/publisher/publish/publish-part.ts";
import type { BucketStore } from "../aws/bucket-store.ts";
import { publishCards } from "../cards/publish-cards.ts";
import type { Facts } from "../plan/inputs.ts";
import type { Plan } from "../plan/plan.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { transfer } from "../terminal/transfer.ts";

/**
 * Publishes as planned, showing bytes and blocks. When the inbox, the collector or a follower published
 * meanwhile, what is typed goes on top of that. Throws a DslError (`publish_conflict`) when another
 * update did.
 */
export async function publishVersion(
  store: BucketStore,
  plan: Plan,
  facts: Facts,
  published: Published | null,
  reporter: Reporter,
): Promise<PublishResult> {
  const action = plan.publish;
  const { databases } = facts;
  if (action.action === "none") return publish(store, action, databases, published);
  const step = reporter.step(`Publishing version ${action.manifest.version}`);
  const replan = (current: Published | null): PublishAction => {
    // The function's package has the planned version in it.
    if (plan.storage === "embed" || !sameTyped(published, current)) {
      throw publishConflict(current?.manifest.version ?? 0);
    }
    const { manifest } = action;
    const { package: ours, publisher, loads } = facts;
    return planPublish(manifest, databases, ours.software, current, new Date(), loads, publisher);
  };
  await publishCards(store, facts.cards, published);
  const planned = { action, published };
  const show = transfer(step);
  const result = await publishMerged(store, databases, planned, replan, (progress) => {
    const { bytes, totalBytes, blocks, totalBlocks } = progress;
    show(bytes, totalBytes, `${blocks} of ${formatCount(totalBlocks, "block")}`);
  });
  const { blocksUploaded, blocksTotal, bytesUploaded } = result;
  step.done(
    `${blocksUploaded} of ${formatCount(blocksTotal, "block")}, ${formatBytes(bytesUploaded)}`,
  );
  reporter.event("published", {
    version: result.version,
    blocks_uploaded: blocksUploaded,
    blocks_total: blocksTotal,
    bytes_uploaded: bytesUploaded,
    bytes_total: result.bytesTotal,
  });
  return result;
}
