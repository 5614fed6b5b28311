/**
 * Rolling back a site with storage `embed`, whose data is in its function's package: the older version's
 * databases are put together from their blocks and deployed again, through the service stack.
 */
import { join } from "node:path";
import { unzipSync } from "fflate";
import { buildSiteConfig } from "../../runtime/core/config/site-config.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { Manifest } from "../../runtime/core/format/manifest.ts";
import { MOUNTS_FOLDER } from "../../runtime/core/format/mounts.ts";
import { readIndexes } from "../../runtime/publisher/publish/published.ts";
import type { AwsClients } from "../aws/clients.ts";
import { NO_SECRETS } from "../deploy/access-step.ts";
import type { Outcome } from "../deploy/execute.ts";
import { newOriginSecret } from "../deploy/origin-secret.ts";
import { planSite } from "../deploy/prepare-update.ts";
import { carryOut } from "../deploy/update-site.ts";
import type { StaticFile } from "../package/function-zip.ts";
import type { UpdateOptions } from "../plan/inputs.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { createWorkFolder } from "../work-folder.ts";
import type { DeployedSite } from "./open-site.ts";
import { damaged, writeDatabase } from "./write-database.ts";

/**
 * Deploys the databases and the configuration of `target` again. Everything else of the site stays as it
 * is, its static files too, which are in the package that is deployed now. Throws a DslError.
 */
export async function rollbackEmbedded(
  clients: AwsClients,
  site: DeployedSite,
  target: Manifest,
  reporter: Reporter,
): Promise<Outcome> {
  const workFolder = await createWorkFolder();
  const config = buildSiteConfig(target);
  const { base_url: baseUrl, default_cache_ttl: cacheSeconds } = config.settings;
  const databases = await writeAll(site, target, workFolder, reporter);
  const prepared = await planSite(
    {
      site: site.name,
      clients,
      roleArn: null,
      express: false,
      baseUrl,
      cacheSeconds,
      secrets: NO_SECRETS,
      originSecret: newOriginSecret(),
      workFolder,
      reporter,
    },
    {
      options: optionsOf(site, target),
      config,
      databases,
      staticFiles: await deployedFiles(site),
      // They are as they were published, to the byte.
      copying: { keepFreeSpace: true, indexes: null },
      what: `rollback to version ${target.version}`,
    },
  );
  return carryOut(prepared);
}

async function writeAll(
  { store }: DeployedSite,
  target: Manifest,
  folder: string,
  reporter: Reporter,
) {
  const indexes = await readIndexes(store, [target]);
  const named = [];
  for (const [at, database] of target.databases.entries()) {
    const index = indexes.get(database.index);
    if (index === undefined) throw damaged(store, `the block list of ${database.name}`);
    const path = join(folder, "rollback", `${at}.db`);
    const step = reporter.step(`Fetching ${database.name} of version ${target.version}`);
    await writeDatabase(store, database, index, path, step);
    step.done();
    const source = database.source ?? `${database.name}.db`;
    named.push({ name: database.name, path, source });
  }
  return named;
}

/** Nothing but the content is asked for: what is deployed besides stays. */
function optionsOf({ name, stacks }: DeployedSite, target: Manifest): UpdateOptions {
  const { config, metadata, settings, flags } = target;
  return {
    given: new Map(),
    overrides: new Map(),
    stackName: name,
    storage: "embed",
    service: {},
    viewers: {},
    layerArn: stacks.get("service")?.parameters.LayerArn || undefined,
    site: { config, metadata, settings, flags },
  };
}

/** The site's own files, out of the package that is deployed. */
async function deployedFiles({ name, stacks, store }: DeployedSite): Promise<StaticFile[]> {
  const { CodeKey = "", StaticMounts = "" } = stacks.get("service")?.parameters ?? {};
  if (StaticMounts === "") return [];
  const stored = await store.get(CodeKey);
  if (stored === null) {
    throw new DslError(
      "damaged_bucket",
      `The function's package ${CodeKey}, which has the static files of ${name}, is missing in the bucket ${store.name}`,
      `dsl update-stack ${name} with its databases and --static puts it back`,
    );
  }
  const mounts = StaticMounts.split(",");
  const files: StaticFile[] = [];
  const found = unzipSync(stored.body, {
    filter: ({ name }) => name.startsWith(`${MOUNTS_FOLDER}/`),
  });
  for (const [path, content] of Object.entries(found)) {
    const inside = path.slice(MOUNTS_FOLDER.length + 1);
    const mount = mounts.find((each) => inside.startsWith(`${each}/`));
    if (mount !== undefined) files.push({ mount, name: inside, content: Buffer.from(content) });
  }
  return files;
}
