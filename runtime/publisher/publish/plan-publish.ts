import type { Manifest } from "../../core/format/manifest.ts";
import type { DatabaseFacts, Published, SiteContent } from "../facts.ts";
import { databaseChanges } from "./database-changes.ts";
import { buildManifest, encodeManifest, sameContent } from "./manifest-build.ts";
import type { PublishAction } from "./publish-action.ts";

/**
 * What becomes of the current version in the bucket; null: there is none. `software` is the version
 * of dsl that publishes, `now` becomes the time of the new version.
 */
export function planPublish(
  site: SiteContent,
  databases: DatabaseFacts[],
  software: string,
  published: Published | null,
  now: Date,
): PublishAction {
  const changes = databaseChanges(databases, published);
  const version = (published?.manifest.version ?? 0) + 1;
  const manifest = buildManifest(version, now, software, databases, site);
  if (published !== null && isWhole(published) && sameContent(manifest, published.manifest)) {
    const { bytes, etag, manifest: current } = published;
    return {
      action: "none",
      manifest: current,
      bytes,
      replaces: etag,
      databases: changes,
      siteChanged: false,
    };
  }
  return {
    action: "publish",
    manifest,
    bytes: encodeManifest(manifest),
    replaces: published?.etag ?? null,
    databases: changes,
    siteChanged: published !== null && siteChanged(manifest, published.manifest),
  };
}

/** Says why a version is published again although nothing changed; null when it is not. */
export function lostIndexNote(published: Published | null): string | null {
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
