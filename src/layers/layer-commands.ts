/** What `dsl build-layer`, `dsl list-layers` and `dsl delete-layer` do. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import { formatBytes, formatCount } from "../../runtime/core/quantities.ts";
import type { Architecture } from "../package/layer-zip.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { type MadeLayer, makeLayers } from "./make-layers.ts";
import {
  ARCHITECTURES,
  deleteLayerVersion,
  listLayerVersions,
  makePublic,
  type PublishedLayer,
  publishLayer,
  splitArn,
} from "./published-layers.ts";
import { type LayerTarget, type RegionClient, regionClients } from "./regions.ts";

export interface BuildRequest {
  architectures: readonly Architecture[];
  /** Where the zips go; null leaves them in the cache. */
  folder: string | null;
  /** null does not publish. */
  publish: { name: string; isPublic: boolean; target: LayerTarget } | null;
}

export async function buildLayers(request: BuildRequest, reporter: Reporter): Promise<void> {
  // Clients first: a missing region or credential is known before anything is built.
  const regions = request.publish === null ? [] : await regionClients(request.publish.target);
  const layers = await makeLayers(request.architectures, request.folder, reporter);
  const lines =
    request.folder === null
      ? []
      : layers.map(
          ({ architecture, path, size }) => `${architecture}  ${path}  ${formatBytes(size)}`,
        );
  const published = [];
  if (request.publish !== null) {
    reporter.ifInterrupted(
      "Some regions may have the layer already.",
      "the same command again: a version with the same content is not published twice",
    );
  }
  for (const region of regions) {
    for (const layer of layers) {
      const version = await publishTo(region, layer, request.publish!, reporter);
      published.push(version);
      lines.push(version.arn);
    }
  }
  reporter.result(lines, { layers, published });
}

async function publishTo(
  { region, lambda }: RegionClient,
  layer: MadeLayer,
  { name, isPublic }: { name: string; isPublic: boolean },
  reporter: Reporter,
): Promise<{ region: string; architecture: Architecture; arn: string; is_new: boolean }> {
  const step = reporter.step(`Publishing the layer for ${layer.architecture} in ${region}`);
  try {
    const { arn, isNew } = await publishLayer(lambda, name, layer);
    if (isPublic) await makePublic(lambda, arn);
    step.done(isNew ? undefined : "the newest version has the same content");
    const published = { region, architecture: layer.architecture, arn, is_new: isNew };
    reporter.event("layer_published", { ...published, is_public: isPublic });
    return published;
  } catch (error) {
    step.fail();
    throw error;
  }
}

/** All versions of the layers of that name. */
async function findLayers(
  name: string,
  target: LayerTarget,
): Promise<(PublishedLayer & { region: string })[]> {
  const found = [];
  for (const { region, lambda } of await regionClients(target)) {
    for (const architecture of ARCHITECTURES) {
      for (const version of await listLayerVersions(lambda, name, architecture)) {
        found.push({ region, ...version });
      }
    }
  }
  return found;
}

export async function listLayers(
  name: string,
  target: LayerTarget,
  reporter: Reporter,
): Promise<void> {
  const layers = await findLayers(name, target);
  const lines = layers.map(({ arn, createdAt }) => `${arn}  ${createdAt.slice(0, 10)}`);
  const none = `There are no layers named ${name}-${ARCHITECTURES.join(` or ${name}-`)}.`;
  reporter.result(lines.length > 0 ? lines : [none], {
    layers: layers.map(({ createdAt, ...layer }) => ({ ...layer, created_at: createdAt })),
  });
}

export interface DeleteRequest {
  arns: readonly string[];
  /** All versions of the layers of this name but the newest for each CPU and region. */
  oldOf: string | null;
  yes: boolean;
  target: LayerTarget;
}

export async function deleteLayers(request: DeleteRequest, reporter: Reporter): Promise<void> {
  const { arns, oldOf, target } = request;
  if (arns.length === 0 && oldOf === null) {
    throw new DslError("usage", "No layer version was named", "give ARNs, or --old", {
      exitCode: 2,
    });
  }
  const doomed = oldOf === null ? arns : [...arns, ...(await oldVersions(oldOf, target))];
  if (doomed.length === 0) {
    reporter.result(["There are no old versions."], { deleted: [] });
    return;
  }
  const question = `Delete ${formatCount(doomed.length, "layer version")} (${doomed.join(", ")})?`;
  if (!request.yes)
    await reporter.confirm(question, "the same command again, answering yes, or with --yes");
  reporter.ifInterrupted("Some of them may be deleted.", "the same command again");
  for (const arn of doomed) {
    const [client] = await regionClients({ ...target, regions: [splitArn(arn).region] });
    await deleteLayerVersion(client!.lambda, arn);
    reporter.info(`Deleted ${arn}`);
  }
  reporter.result([`Deleted ${formatCount(doomed.length, "layer version")}.`], { deleted: doomed });
}

async function oldVersions(name: string, target: LayerTarget): Promise<string[]> {
  const layers = await findLayers(name, target);
  const seen = new Set<string>();
  return layers
    .filter(({ region, architecture }) => {
      const layer = `${region} ${architecture}`;
      const isNewest = !seen.has(layer);
      seen.add(layer);
      return !isNewest;
    })
    .map(({ arn }) => arn);
}
