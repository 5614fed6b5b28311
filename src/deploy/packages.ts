/** The zips that the service stack refers to: which ones there are, and their upload. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { formatBytes } from "../../runtime/core/quantities.ts";
import type { DatabaseFacts } from "../../runtime/publisher/facts.ts";
import type { BucketStore } from "../aws/bucket-store.ts";
import { type EmbeddedSite, functionPackage } from "../package/function-zip.ts";
import { buildLayerZip, type LayerZip } from "../package/layer-zip.ts";
import { chooseArchitecture } from "../plan/architecture.ts";
import type { Architecture, DeployedState, Facts, UpdateOptions } from "../plan/inputs.ts";
import type { Parameters, Plan, StackAction } from "../plan/plan.ts";
import { stackPlan } from "../plan/plan.ts";
import type { Deployment } from "./deployment.ts";
import { machineArchitecture } from "./package-facts.ts";

/**
 * A zip that no stack refers to may be collected when it is a day old; one that is younger than this
 * will be referred to in time.
 */
const REUSE_MS = 12 * 60 * 60 * 1000;

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
 * Uploads the function's and the layer's zip as far as the service stack will refer to others than
 * it does now and they are not there; resolves with the bytes sent.
 */
export async function uploadPackages(
  deployment: Deployment,
  store: BucketStore,
  plan: Plan,
  { databases, staticFiles }: Facts,
  layers: ReadonlyMap<Architecture, LayerZip>,
): Promise<number> {
  const { CodeKey, LayerKey } = newParameters(stackPlan(plan, "service"));
  if (!CodeKey && !LayerKey) return 0;
  const step = deployment.reporter.step("Uploading the function's code");
  let sent = 0;
  if (CodeKey && !(await isStored(store, CodeKey))) {
    const site = plan.storage === "embed" ? embeddedSite(plan, databases) : null;
    const path = join(deployment.workFolder, "function.zip");
    await (await functionPackage(site, staticFiles)).build(path);
    sent += await upload(store, CodeKey, path);
  }
  for (const layer of layers.values()) {
    if (LayerKey && !(await isStored(store, LayerKey))) {
      sent += await upload(store, LayerKey, layer.path);
    }
  }
  step.done(sent === 0 ? "it is there already" : formatBytes(sent));
  return sent;
}

/** The parameters that get a value that the stack does not have yet. */
function newParameters(action: StackAction): Parameters {
  if (action.action === "none") return {};
  if (action.action === "create") return action.parameters;
  return Object.fromEntries(action.changes.map(({ parameter, to }) => [parameter, to]));
}

function embeddedSite(plan: Plan, databases: readonly DatabaseFacts[]): EmbeddedSite {
  return {
    manifest: Buffer.from(plan.publish.bytes),
    databases: databases.map(({ sha256, snapshot }) => ({ sha256, file: snapshot })),
  };
}

async function isStored(store: BucketStore, key: string): Promise<boolean> {
  const [object] = await store.list(key);
  return object !== undefined && Date.now() - object.lastModified.getTime() < REUSE_MS;
}

async function upload(store: BucketStore, key: string, path: string): Promise<number> {
  const bytes = await readFile(path);
  await store.put(key, bytes, "application/zip");
  return bytes.length;
}
