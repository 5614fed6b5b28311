import type { Manifest } from "../../runtime/data/manifest.ts";
import { buildManifest, encodeManifest, sameContent } from "../publish/manifest-build.ts";
import { databaseChanges } from "./database-changes.ts";
import type {
  DeployedState,
  Facts,
  Published,
  SiteContent,
  StorageMode,
  UpdateOptions,
} from "./inputs.ts";
import type { Plan, PublishAction } from "./plan.ts";
import { chooseArchitecture, chooseLayer, serviceParameters } from "./service-parameters.ts";
import { recoveryAction, stackAction, survives } from "./stack-action.ts";
import { chooseStorage } from "./storage-mode.ts";

/**
 * Decides what `update-stack` has to do. `now` becomes the time of the new version. Throws a DslError
 * for what cannot be deployed: databases that are too large, a CPU without a layer.
 */
export function planUpdate(
  options: UpdateOptions,
  facts: Facts,
  deployed: DeployedState,
  now: Date,
): Plan {
  const { stackName, tags } = options;
  // What will be deleted is planned as if it were not there.
  const bucketStack = survives(deployed.bucketStack) ? deployed.bucketStack : null;
  const published = bucketStack === null ? null : deployed.published;
  const current = survives(deployed.serviceStack) ? deployed.serviceStack.parameters : {};
  const layer = chooseLayer(options, facts, chooseArchitecture(options, facts, current));
  const { storage, note } = chooseStorage(
    options.storage,
    storageMode(current.Storage),
    facts,
    layer?.size ?? 0,
  );
  const publish = planPublish(options.site, facts, published, now);
  const codeKey = facts.package.codeKey(storage === "embed" ? publish.bytes : null);
  const bucketName = bucketStack?.outputs.BucketName ?? null;
  const parameters = serviceParameters(options, facts, current, { storage, bucketName, codeKey });
  const { templates } = facts.package;
  return {
    stackName,
    storage,
    notes: [note, lostIndexNote(published)].filter((text) => text !== null),
    recovery: [
      ...recoveryAction("bucket", deployed.bucketStack),
      ...recoveryAction("service", deployed.serviceStack),
    ],
    bucketStack: stackAction(
      { stackName, parameters: {}, tags, template: templates.bucket },
      deployed.bucketStack,
    ),
    publish,
    serviceStack: stackAction(
      { stackName: `${stackName}-service`, parameters, tags, template: templates.service },
      deployed.serviceStack,
    ),
  };
}

function planPublish(
  site: SiteContent,
  facts: Facts,
  published: Published | null,
  now: Date,
): PublishAction {
  const databases = databaseChanges(facts.databases, published);
  const version = (published?.manifest.version ?? 0) + 1;
  const manifest = buildManifest(version, now, facts.package.software, facts.databases, site);
  if (published !== null && isWhole(published) && sameContent(manifest, published.manifest)) {
    const { bytes, etag, manifest: current } = published;
    return {
      action: "none",
      manifest: current,
      bytes,
      replaces: etag,
      databases,
      siteChanged: false,
    };
  }
  return {
    action: "publish",
    manifest,
    bytes: encodeManifest(manifest),
    replaces: published?.etag ?? null,
    databases,
    siteChanged: published !== null && siteChanged(manifest, published.manifest),
  };
}

function lostIndexNote(published: Published | null): string | null {
  if (published === null || isWhole(published)) return null;
  return `Version ${published.manifest.version} has lost a block list in the bucket: it is published again`;
}

/** False when a block list was lost in the bucket: publishing again puts it and its blocks back. */
function isWhole({ manifest, indexes }: Published): boolean {
  return manifest.databases.every(({ index }) => indexes.has(index));
}

function siteChanged(one: Manifest, other: Manifest): boolean {
  const names = ({ databases }: Manifest) => JSON.stringify(databases.map(({ name }) => name));
  return (
    !sameContent({ ...one, databases: [] }, { ...other, databases: [] }) ||
    (one.databases.length === other.databases.length && names(one) !== names(other))
  );
}

function storageMode(deployed: string | undefined): StorageMode | null {
  return deployed === "embed" || deployed === "s3" ? deployed : null;
}
