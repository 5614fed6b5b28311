import type { Manifest, ManifestDatabase, Publisher } from "../../core/format/manifest.ts";
import { formatCount } from "../../core/quantities.ts";
import type { DatabaseFacts, Published, SiteContent } from "../facts.ts";
import { databaseChanges } from "./database-changes.ts";
import { buildManifest, encodeManifest, sameContent } from "./manifest-build.ts";
import { replaceOrigin, requireName } from "./merge.ts";
import type { PublishAction } from "./publish-action.ts";
import { addLoads, type NewLoad } from "./recent-loads.ts";

/**
 * What becomes of the current version in the bucket (null: there is none) when `databases` are all
 * that was typed and the site is `site`. Databases of other origins are kept. `software` is the version
 * of dsl that publishes, `now` becomes the time of the new version, `publisher` does it. Of `loads`, which made the
 * databases, those are written down that changed something. Throws a DslError when a name belongs to
 * another origin.
 */
export function planPublish(
  site: SiteContent,
  databases: DatabaseFacts[],
  software: string,
  published: Published | null,
  now: Date,
  loads: readonly NewLoad[] = [],
  publisher: Publisher | null = null,
): PublishAction {
  const current = published?.manifest.databases ?? [];
  for (const { name } of databases) {
    requireName({ databases: [], collection: site.collection }, "typed", name);
  }
  const entries = replaceOrigin(current, "typed", databases, now);
  const isNew = ({ database }: NewLoad) => {
    const sha256 = (all: readonly ManifestDatabase[]) =>
      all.find(({ name }) => name === database)?.sha256;
    return sha256(entries) !== sha256(current);
  };
  const news = loads.filter(isNew);
  return planVersion(entries, databases, site, software, published, now, news, publisher);
}

/**
 * True when two versions (null: none) have the same typed databases and the same configuration: what is
 * planned for the one can be planned for the other, which only other origins have changed.
 */
export function sameTyped(one: Published | null, other: Published | null): boolean {
  if (one === null || other === null) return one === other;
  return sameContent(typedPart(one.manifest), typedPart(other.manifest));
}

function typedPart(manifest: Manifest): Manifest {
  return {
    ...manifest,
    software: "",
    databases: manifest.databases.filter(({ origin }) => origin === "typed"),
  };
}

/**
 * What becomes of the current version when the site has `entries` from now on, for which the content
 * of `databases` is at hand. `loads` are written down with a new version.
 */
export function planVersion(
  entries: ManifestDatabase[],
  databases: DatabaseFacts[],
  site: SiteContent,
  software: string,
  published: Published | null,
  now: Date,
  loads: readonly NewLoad[] = [],
  publisher: Publisher | null = null,
): PublishAction {
  const changes = databaseChanges(entries, databases, published);
  const version = (published?.manifest.version ?? 0) + 1;
  const { loadRules, keep } = published?.manifest ?? {};
  const content = {
    ...site,
    loadRules: site.loadRules ?? loadRules,
    keep: site.keep ?? keep,
  };
  const listed = addLoads(published?.manifest.loads, loads, version);
  const manifest = buildManifest(version, now, software, entries, content, listed, publisher);
  const isLost = damaged(published).some(({ name }) => databases.some((at) => at.name === name));
  if (published !== null && !isLost && sameContent(manifest, published.manifest)) {
    const { bytes, etag, manifest: same } = published;
    return {
      action: "none",
      manifest: same,
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
export function lossNote(published: Published | null): string | null {
  if (published === null || damaged(published).length === 0) return null;
  const { manifest, indexes, lostBlocks } = published;
  const lists = manifest.databases.filter(({ index }) => !indexes.has(index)).length;
  const lost = [
    ...(lists > 0 ? [formatCount(lists, "block list")] : []),
    ...(lostBlocks.size > 0 ? [formatCount(lostBlocks.size, "block")] : []),
  ];
  return `Version ${manifest.version} has lost ${lost.join(" and ")} in the bucket: it is published again`;
}

/** Databases of which something was lost in the bucket: publishing them again puts it back. */
function damaged(published: Published | null): ManifestDatabase[] {
  if (published === null) return [];
  const { manifest, indexes, lostBlocks } = published;
  return manifest.databases.filter(({ index }) => {
    const blocks = indexes.get(index)?.blocks;
    return blocks === undefined || blocks.some((block) => lostBlocks.has(block));
  });
}

function siteChanged(one: Manifest, other: Manifest): boolean {
  const names = ({ databases }: Manifest) => JSON.stringify(databases.map(({ name }) => name));
  return (
    !sameContent({ ...one, databases: [] }, { ...other, databases: [] }) ||
    (one.databases.length === other.databases.length && names(one) !== names(other))
  );
}
