/**
 * `dsl rollback NAME [VERSION]`: an older version's databases and configuration are published again
 * as a new version, which can be rolled back itself. With storage `s3` no block is copied, so it takes a
 * second; with `embed` the function is deployed again (rollback-embedded.ts).
 */
import { DslError } from "../../runtime/core/dsl-error.ts";
import { blockKey, type Manifest } from "../../runtime/core/format/manifest.ts";
import { formatAge } from "../../runtime/core/quantities.ts";
import { SOFTWARE } from "../../runtime/core/software.ts";
import type { ObjectStore } from "../../runtime/core/store/object-store.ts";
import { encodeManifest } from "../../runtime/publisher/publish/manifest-build.ts";
import { publishManifest } from "../../runtime/publisher/publish/publish-manifest.ts";
import { readIndexes } from "../../runtime/publisher/publish/published.ts";
import type { AwsClients } from "../aws/clients.ts";
import { sessionFor } from "../deploy/access-step.ts";
import { callerArn } from "../deploy/caller.ts";
import { verifyStep } from "../deploy/verify-step.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { type DeployedSite, openSite, requireLogGroup, requireUrl } from "./open-site.ts";
import { rollbackEmbedded } from "./rollback-embedded.ts";
import { keptVersions, requireVersion } from "./versions.ts";

export interface RollbackRequest {
  site: string;
  /** null: the version before the current one. */
  version: number | null;
  /** Do not ask. */
  yes: boolean;
}

/**
 * Throws a DslError: no such site or version, a version whose blocks are no longer whole,
 * or somebody who published meanwhile (`publish_conflict`).
 */
export async function rollback(
  clients: AwsClients,
  { site: name, version, yes }: RollbackRequest,
  reporter: Reporter,
): Promise<void> {
  const site = await openSite(clients, name);
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
  const isEmbedded = site.stacks.get("service")?.parameters.Storage === "embed";
  const newVersion = isEmbedded
    ? (await rollbackEmbedded(clients, site, target, reporter)).published.version
    : await swapManifest(clients, site, target);
  if (!isEmbedded) {
    const logGroup = requireLogGroup(site);
    const session = await sessionFor(current, clients, name);
    await verifyStep({ clients, reporter }, { url, logGroup, session }, newVersion);
  }
  reporter.result(
    [`${name} serves version ${target.version} again, as version ${newVersion}.`, url],
    { site: name, version: newVersion, restored: target.version, changed: true, url },
  );
}

/** Makes the older version current, under the next number; resolves with that. */
async function swapManifest(
  clients: AwsClients,
  site: DeployedSite,
  target: Manifest,
): Promise<number> {
  const manifest: Manifest = {
    ...target,
    version: site.published.manifest.version + 1,
    publishedAt: new Date().toISOString(),
    software: SOFTWARE,
    // Who may see the site is not a thing of the past.
    flags: withAccessOf(site.published.manifest, target.flags),
    timeTravel: true,
    // What was loaded was loaded, also what is not there any more.
    loads: site.published.manifest.loads,
    // Where events go is what the collector does now.
    collection: site.published.manifest.collection,
    publisher: { who: await callerArn(clients), what: `rollback to version ${target.version}` },
  };
  await publishManifest(site.store, {
    action: "publish",
    manifest,
    bytes: encodeManifest(manifest),
    replaces: site.published.etag,
    databases: [],
    siteChanged: true,
  });
  return manifest.version;
}

function withAccessOf({ flags: { password } }: Manifest, flags: Manifest["flags"]) {
  const { password: _password, ...others } = flags;
  return password ? { ...others, password } : others;
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
