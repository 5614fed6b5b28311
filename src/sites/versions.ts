/** `dsl versions NAME`: what was published when, as far as it is kept. */
import { eachConcurrently } from "../../runtime/core/concurrency.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { historyKey, type Manifest } from "../../runtime/core/format/manifest.ts";
import { formatAge, formatBytes, formatCount } from "../../runtime/core/quantities.ts";
import type { ObjectStore } from "../../runtime/core/store/object-store.ts";
import { decodeManifest } from "../../runtime/publisher/publish/published.ts";
import type { AwsClients } from "../aws/clients.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { table } from "../terminal/table.ts";
import { type DeployedSite, openSite } from "./open-site.ts";

const CONCURRENCY = 8;

/** Prints the kept versions of a site, the newest first. */
export async function showVersions(
  clients: AwsClients,
  name: string,
  reporter: Reporter,
): Promise<void> {
  const site = await openSite(clients, name);
  const versions = await keptVersions(site);
  const now = Date.now();
  const rows = versions.map((manifest) => [
    `${manifest.version}`,
    manifest.publishedAt.replace("T", " ").replace(/\.\d+Z$/, "Z"),
    formatAge(now - Date.parse(manifest.publishedAt)),
    formatBytes(totalSize(manifest)),
    changesSince(
      manifest,
      versions.find(({ version }) => version < manifest.version),
    ),
    manifest.version === site.published.manifest.version ? "current" : "",
  ]);
  reporter.result(
    [
      ...table(["VERSION", "PUBLISHED (UTC)", "AGE", "SIZE", "CHANGED", ""], rows),
      `dsl rollback ${name} VERSION publishes one of them again.`,
    ],
    {
      site: name,
      current: site.published.manifest.version,
      versions: versions.map((manifest) => ({
        version: manifest.version,
        published_at: manifest.publishedAt,
        software: manifest.software,
        bytes: totalSize(manifest),
        databases: manifest.databases.map(({ name, size, sha256 }) => ({ name, size, sha256 })),
      })),
    },
  );
}

/** The manifests of all kept versions up to the current one, the newest first. */
export async function keptVersions({ store, published }: DeployedSite): Promise<Manifest[]> {
  const current = published.manifest;
  const keys = (await store.list("manifests/"))
    .map(({ key }) => key)
    // A publish that was interrupted leaves the history object of a version that never became current.
    .filter((key) => key < historyKey(current.version));
  const manifests = [current];
  await eachConcurrently(keys, CONCURRENCY, async (key) => {
    const stored = await store.get(key);
    if (stored !== null) manifests.push(decodeManifest(store, key, stored.body));
  });
  return manifests.sort((a, b) => b.version - a.version);
}

/** A kept version by its number. Throws a DslError `no_version` that lists those there are. */
export async function requireVersion(
  { store, published, name }: DeployedSite,
  version: number,
): Promise<Manifest> {
  if (version === published.manifest.version) return published.manifest;
  const stored = version < published.manifest.version ? await readManifest(store, version) : null;
  if (stored !== null) return stored;
  throw new DslError(
    "no_version",
    `There is no version ${version} of ${name}: the current one is ${published.manifest.version}`,
    `dsl versions ${name} lists those that are kept`,
  );
}

async function readManifest(store: ObjectStore, version: number): Promise<Manifest | null> {
  const key = historyKey(version);
  const stored = await store.get(key);
  return stored === null ? null : decodeManifest(store, key, stored.body);
}

function totalSize({ databases }: Manifest): number {
  return databases.reduce((sum, { size }) => sum + size, 0);
}

/** What a reader of the list wants to know of a version: the names of what differs from the one before. */
function changesSince(manifest: Manifest, before: Manifest | undefined): string {
  if (before === undefined) return formatCount(manifest.databases.length, "database");
  const old = new Map(before.databases.map(({ name, sha256 }) => [name, sha256]));
  const changed = manifest.databases
    .filter(({ name, sha256 }) => old.get(name) !== sha256)
    .map(({ name }) => (old.has(name) ? name : `+${name}`));
  const names = new Set(manifest.databases.map(({ name }) => name));
  const removed = before.databases.filter(({ name }) => !names.has(name));
  const parts = [...changed, ...removed.map(({ name }) => `-${name}`)];
  return parts.length === 0 ? "configuration" : parts.join(", ");
}
