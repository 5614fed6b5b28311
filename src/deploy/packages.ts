/** The zips that the service stack refers to: which ones there are, and their upload. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { formatBytes } from "../../runtime/core/quantities.ts";
import type { DatabaseFacts } from "../../runtime/publisher/facts.ts";
import { BucketStore } from "../aws/bucket-store.ts";
import { bytesContent, uploadInParts } from "../aws/upload-parts.ts";
import { drawCards } from "../cards/publish-cards.ts";
import type { DrawableCard } from "../cards/site-cards.ts";
import { type EmbeddedSite, functionPackage } from "../package/function-zip.ts";
import { buildLayerZip, type LayerZip } from "../package/layer-zip.ts";
import { chooseArchitecture } from "../plan/architecture.ts";
import type { Architecture, DeployedState, Facts, UpdateOptions } from "../plan/inputs.ts";
import type { Plan } from "../plan/plan.ts";
import type { Step } from "../terminal/reporter.ts";
import { transfer } from "../terminal/transfer.ts";
import type { Deployment, PlannedUpdate } from "./deployment.ts";
import { machineArchitecture } from "./package-facts.ts";

export type Layers = ReadonlyMap<Architecture, LayerZip>;

/** The layer for the CPU that is deployed to; none when a published one is used. */
export async function neededLayers(
  options: UpdateOptions,
  state: DeployedState,
): Promise<Map<Architecture, LayerZip>> {
  if (options.layerArn !== undefined) return new Map();
  const architecture = chooseArchitecture(options, state, machineArchitecture());
  return new Map([[architecture, await buildLayerZip(architecture)]]);
}

/**
 * The same before a rollback is continued, when there is a bucket: the rollback fails again as long as
 * the code that it goes back to is not there.
 */
export async function uploadBeforeRecovery(
  deployment: Deployment,
  { plan, state }: PlannedUpdate,
  facts: Facts,
  layers: Layers,
): Promise<void> {
  const bucket = state.stacks.get("bucket")?.outputs.BucketName;
  if (bucket === undefined) return;
  const store = new BucketStore(await deployment.clients.s3(), bucket);
  await uploadPackages(deployment, store, plan, facts, layers);
}

/** Sends the zips that the plan names; resolves with the bytes sent. */
export async function uploadPackages(
  deployment: Deployment,
  store: BucketStore,
  plan: Plan,
  { databases, staticFiles, cards }: Facts,
  layers: Layers,
): Promise<number> {
  if (plan.uploads.length === 0) return 0;
  const step = deployment.reporter.step("Uploading the function's code");
  let sent = 0;
  for (const { kind, key } of plan.uploads) {
    if (kind === "code") {
      const site = plan.storage === "embed" ? await embeddedSite(plan, databases, cards) : null;
      const path = join(deployment.workFolder, "function.zip");
      await (await functionPackage(site, staticFiles)).build(path);
      sent += await upload(deployment, store, key, path, step);
    } else {
      for (const { path } of layers.values()) {
        sent += await upload(deployment, store, key, path, step);
      }
    }
  }
  step.done(formatBytes(sent));
  return sent;
}

export async function embeddedSite(
  plan: Plan,
  databases: readonly DatabaseFacts[],
  cards: readonly DrawableCard[],
): Promise<EmbeddedSite> {
  return {
    manifest: Buffer.from(plan.publish.bytes),
    databases: databases.map(({ sha256, snapshot }) => ({ sha256, file: snapshot })),
    cards: await drawCards(cards),
  };
}

async function upload(
  { clients }: Deployment,
  store: BucketStore,
  key: string,
  path: string,
  step: Step,
): Promise<number> {
  const bytes = await readFile(path);
  const show = transfer(step);
  const client = await clients.s3();
  await uploadInParts(client, store, key, bytesContent(bytes), "application/zip", (sent) =>
    show(sent, bytes.length),
  );
  return bytes.length;
}
