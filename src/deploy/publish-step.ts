import { formatBytes, formatCount, formatShare } from "../../runtime/core/quantities.ts";
import type { DatabaseFacts, Published } from "../../runtime/publisher/facts.ts";
import { type PublishResult, publish } from "../../runtime/publisher/publish/publish.ts";
import type { PublishAction } from "../../runtime/publisher/publish/publish-action.ts";
import type { BucketStore } from "../aws/bucket-store.ts";
import type { Reporter } from "../terminal/reporter.ts";

/** Publishes as planned, showing bytes and blocks. */
export async function publishVersion(
  store: BucketStore,
  action: PublishAction,
  databases: DatabaseFacts[],
  published: Published | null,
  reporter: Reporter,
): Promise<PublishResult> {
  if (action.action === "none") return publish(store, action, databases, published);
  const step = reporter.step(`Publishing version ${action.manifest.version}`);
  const result = await publish(store, action, databases, published, (progress) => {
    const { bytes, totalBytes, blocks, totalBlocks } = progress;
    step.progress(
      bytes,
      totalBytes,
      `${formatShare(bytes, totalBytes)}, ${blocks} of ${formatCount(totalBlocks, "block")}`,
    );
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
