/**
 * `dsl rollback NAME [VERSION]`: an older version's databases and configuration are published again
 * as a new version. No block is copied, so it takes a second, and it can be rolled back itself.
 */
import { DslError } from "../../runtime/core/dsl-error.ts";
import { blockKey, type Manifest } from "../../runtime/core/format/manifest.ts";
import { SOFTWARE } from "../../runtime/core/software.ts";
import type { ObjectStore } from "../../runtime/core/store/object-store.ts";
import { encodeManifest } from "../../runtime/publisher/publish/manifest-build.ts";
import { publishManifest } from "../../runtime/publisher/publish/publish-manifest.ts";
import { readIndexes } from "../../runtime/publisher/publish/published.ts";
import type { AwsClients } from "../aws/clients.ts";
import { verifyStep } from "../deploy/verify-step.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { formatAge } from "./age.ts";
import { type DeployedSite, openSite, requireLogGroup, requireUrl } from "./open-site.ts";
import { keptVersions, requireVersion } from "./versions.ts";

export interface RollbackRequest {
  site: string;
  /** null: the version before the current one. */
  version: number | null;
  /** Do not ask. */
  yes: boolean;
}

/**
 * Throws a DslError: no such site or version, a version whose blocks are no longer whole, a site
 * with embedded storage, or somebody who published meanwhile (`publish_conflict`).
 */
export async function rollback(
  clients: AwsClients,
  { site: name, version, yes }: RollbackRequest,
  reporter: Reporter,
): Promise<void> {
  const site = await openSite(clients, name);
  refuseEmbedded(site);
  const url = requireUrl(site);
  const current = site.published.manifest;
  const target = version === null ? await versionBefore(site) : await requireVersion(site, version);
  if (target.version === current.version) {
    reporter.result([`${name} already serves version ${current.version}.`, url], {
      site: name,
      version: current.version,
      changed: false,
      url,
    });
    return;
  }
  await requireWhole(site.store, target);
  const age = formatAge(Date.now() - Date.parse(target.publishedAt));
  const names = target.databases.map((database) => database.name).join(", ");
  const question = `Publish version ${target.version} of ${name} (${names}; ${age} old) again, instead of version ${current.version}?`;
  if (!yes) await reporter.confirm(question, `dsl versions ${name} lists the versions`);
  reporter.ifInterrupted(
    `${name} may already serve version ${target.version} again.`,
    `dsl status ${name}`,
  );
  const manifest: Manifest = {
    ...target,
    version: current.version + 1,
    publishedAt: new Date().toISOString(),
    software: SOFTWARE,
    // What was loaded was loaded, also what is not there any more.
    loads: current.loads,
  };
  await publishManifest(site.store, {
    action: "publish",
    manifest,
    bytes: encodeManifest(manifest),
    replaces: site.published.etag,
    databases: [],
    siteChanged: true,
  });
  await verifyStep(
    { clients, reporter },
    { url, logGroup: requireLogGroup(site) },
    manifest.version,
  );
  reporter.result(
    [`${name} serves version ${target.version} again, as version ${manifest.version}.`, url],
    { site: name, version: manifest.version, restored: target.version, changed: true, url },
  );
}

async function versionBefore(site: DeployedSite): Promise<Manifest> {
  const [, before] = await keptVersions(site);
  if (before !== undefined) return before;
  throw new DslError(
    "no_version",
    `${site.name} has no version before ${site.published.manifest.version}`,
    `dsl versions ${site.name} lists those that are kept`,
  );
}

/** The data of an embedded site is in its function's package, not where the manifest points. */
function refuseEmbedded({ name, stacks }: DeployedSite): void {
  if (stacks.get("service")?.parameters.Storage !== "embed") return;
  throw new DslError(
    "embedded_site",
    `${name} has its databases in the function's package (storage embed), which a rollback of the manifest does not change`,
    `dsl download ${name} --at N --out old, then dsl update-stack ${name} old/*.db`,
  );
}

/** Throws a DslError when something that the version needs is no longer in the bucket. */
async function requireWhole(store: ObjectStore, manifest: Manifest): Promise<void> {
  const indexes = await readIndexes(store, [manifest]);
  const stored = new Set((await store.list("blocks/")).map(({ key }) => key));
  for (const { name, index } of manifest.databases) {
    const blocks = indexes.get(index)?.blocks;
    if (blocks?.every((block) => stored.has(blockKey(block)))) continue;
    throw new DslError(
      "damaged_bucket",
      `Version ${manifest.version} cannot be published again: data of ${name} is missing in the bucket ${store.name}`,
      "choose another version, or publish the databases with dsl update-stack",
    );
  }
}
