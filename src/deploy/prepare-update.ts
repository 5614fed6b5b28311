/** Everything that comes before a plan: the request is read, then the files, then what is deployed. */
import type { SiteConfig } from "../../runtime/core/config/site-config.ts";
import type { NamedDatabase as NamedInConfig } from "../../runtime/core/config/unknown-names.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { baseOf } from "../../runtime/core/format/collection.ts";
import { checkFile } from "../../runtime/publisher/database/check-file.ts";
import type { NamedDatabase } from "../../runtime/publisher/facts.ts";
import type { NewLoad } from "../../runtime/publisher/publish/recent-loads.ts";
import type { AwsClients } from "../aws/clients.ts";
import { cardLogo } from "../cards/card-logo.ts";
import { siteCards } from "../cards/site-cards.ts";
import { namedIn, namedInEvents, requireKnownNames, tablesToCome } from "../config-names.ts";
import { convertNamed } from "../convert/convert-named.ts";
import { nameDatabases } from "../database-names.ts";
import { restoreNamed } from "../litestream/restore-named.ts";
import { mountsOf } from "../options/content-options.ts";
import type { StaticFile } from "../package/function-zip.ts";
import { checkMounts, readStaticFiles } from "../package/static-files.ts";
import { checkSizes } from "../plan/check-sizes.ts";
import type { DeployedState, Facts, UpdateOptions } from "../plan/inputs.ts";
import { planUpdate } from "../plan/plan-update.ts";
import { findStack } from "../stacks/find-site.ts";
import { isProtected } from "../stacks/protected-site.ts";
import { checkSiteName } from "../stacks/stack-name.ts";
import { checkRoom } from "../temporary-folder.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { createWorkFolder } from "../work-folder.ts";
import { callerArn } from "./caller.ts";
import { withCollectorAccess } from "./collector-access.ts";
import { readDeployedState } from "./deployed-state.ts";
import type { Deployment, PlannedUpdate } from "./deployment.ts";
import { domainFacts } from "./domain-facts.ts";
import { withoutFollowed } from "./followed-databases.ts";
import { messagesIn } from "./last-events.ts";
import { newPassword } from "./new-password.ts";
import { newSignIn } from "./new-sign-in.ts";
import { hashOf, newOriginSecret, readStoredSecret } from "./origin-secret.ts";
import { packageFacts } from "./package-facts.ts";
import { type Layers, neededLayers } from "./packages.ts";
import { type Copying, prepareStep } from "./prepare-step.ts";
import { type MissingEvents, missingEvents } from "./replica-events.ts";
import { readAccess } from "./site-access.ts";
import { checkOrder } from "./swapped-arguments.ts";
import { targetOf } from "./target.ts";
import { optionNotes, readUpdateOptions, type UpdateRequest } from "./update-request.ts";

/** A plan with all that it was made from and that is needed to carry it out. */
export interface PreparedUpdate {
  deployment: Deployment;
  options: UpdateOptions;
  facts: Facts;
  layers: Layers;
  planned: PlannedUpdate;
  /** Of the replicas that a function follows. */
  missingEvents: MissingEvents | null;
}

/** What a site shall be, read from files and checked as far as that needs no AWS. */
export interface SiteWanted {
  options: UpdateOptions;
  config: SiteConfig;
  databases: NamedDatabase[];
  /** What was decided about those that were data files. */
  loads?: NewLoad[];
  staticFiles: StaticFile[];
  copying: Copying;
  /** On the local AWS. */
  isLocal?: boolean;
  /** What it is done with, for the manifest. */
  what: string;
}

/** Reads what was asked for and plans it; nothing is changed. Throws a DslError. */
export async function prepareUpdate(
  request: UpdateRequest,
  reporter: Reporter,
): Promise<PreparedUpdate> {
  const { site, flags } = request;
  checkOrder(site, request.databases);
  checkSiteName(site);
  reporter.ifInterrupted("Nothing was changed.", "the same command again");
  const { options, config, rules } = await readUpdateOptions(request);
  for (const note of config.notes) reporter.warn(note);
  const workFolder = await createWorkFolder();
  const restored = await restoreNamed(
    nameDatabases(request.databases, flags.alias),
    { at: flags.at, clients: () => targetOf(flags) },
    workFolder,
    reporter,
  );
  const { databases, loads } = await convertNamed(restored, rules, workFolder, reporter);
  let bytes = 0;
  for (const { path } of databases) bytes += (await checkFile(path)).size;
  checkSizes(options.storage, bytes);
  await checkRoom(workFolder, bytes);
  for (const note of optionNotes(flags)) reporter.warn(note);
  const mounts = mountsOf(flags.static);
  checkMounts(mounts, databases);
  const staticFiles = await readStaticFiles(mounts);

  const { roleArn = null, keepFreeSpace = false, addIndexes = false, express = false } = flags;
  const facetsOf = (database: string, table: string) => facetColumns(config, database, table);
  const copying = { keepFreeSpace, indexes: { add: addIndexes, facetsOf } };
  const isLocal = flags.local ?? false;
  const { base_url: baseUrl, default_cache_ttl: cacheSeconds } = config.settings;
  const clients = await targetOf(flags);
  const password = await newPassword(request);
  if (request.previewOf !== undefined && isSilent(flags)) {
    await requireOpen(clients, request.previewOf);
  }
  const secrets = { password, signIn: null };
  const originSecret = newOriginSecret();
  const prepared = await planSite(
    {
      ...{ site, clients, roleArn, express, baseUrl, cacheSeconds, secrets, originSecret },
      ...{ workFolder, reporter },
    },
    { options, config, databases, loads, staticFiles, copying, isLocal, what: "update-stack" },
  );
  const { plan, state } = prepared.planned;
  const { signIn } = plan.viewers.after;
  if (signIn === null) return prepared;
  const stored = state.access ?? (await readAccess(clients, site));
  const client = await newSignIn(request, signIn, stored?.signIn ?? null);
  return {
    ...prepared,
    deployment: { ...prepared.deployment, secrets: { password, signIn: client } },
  };
}

/** Whether nobody said who may see the site. */
function isSilent({ password, passwordFile, signIn }: UpdateRequest["flags"]): boolean {
  return password === undefined && passwordFile === undefined && signIn === undefined;
}

/** A preview has what the site has, and somebody must say who may see it. Throws a DslError. */
async function requireOpen(clients: AwsClients, site: string): Promise<void> {
  const service = await findStack(clients, { site, role: "service" });
  if (!isProtected(service?.parameters)) return;
  throw new DslError(
    "preview_access",
    `${site} is not public, and nobody said who may see its preview`,
    "--password, --sign-in with its issuer, or --no-password for everybody",
    { exitCode: 2 },
  );
}

async function failedMessages(clients: AwsClients, { stacks }: DeployedState): Promise<number> {
  const queue = stacks.get("collect")?.outputs.DeadLetterQueueUrl;
  return queue === undefined ? 0 : messagesIn(clients, queue);
}

/** What comes in another way stays on the site, so the configuration may name it, too. */
function namedByOthers(
  config: SiteConfig,
  { collect }: UpdateOptions,
  { published, stacks }: DeployedState,
  reporter: Reporter,
): NamedInConfig[] {
  const staying = (published?.manifest.databases ?? []).filter(({ origin }) => origin !== "typed");
  const ofEvents = staying.filter(({ origin }) => origin === "collect");
  const deployed = stacks.get("collect")?.parameters.Database;
  const target = collect === false ? undefined : (collect?.database ?? deployed);
  const names = new Set(ofEvents.map(({ name }) => baseOf(name)));
  if (target !== undefined) names.add(target);
  const events = [...names].map((base) =>
    namedInEvents(
      base,
      ofEvents.filter(({ name }) => baseOf(name) === base),
    ),
  );
  for (const note of events.flatMap((named) => tablesToCome(config, named))) reporter.warn(note);
  const others = staying.filter(({ origin }) => origin !== "collect");
  return [...events, ...others.map(({ name, inspection }) => namedIn(name, inspection))];
}

/** Those whose values are counted as they are. */
function facetColumns({ databases }: SiteConfig, database: string, table: string): string[] {
  const facets = databases.get(database)?.tables.get(table)?.facets ?? [];
  return facets.filter(({ type }) => type === "column").map(({ column }) => column);
}

/** Looks at the databases and at what is deployed, and plans. Throws a DslError. */
export async function planSite(
  deployment: Deployment,
  { options: wanted, config, databases: named, loads, staticFiles, copying, ...rest }: SiteWanted,
): Promise<PreparedUpdate> {
  const caller = callerArn(deployment.clients);
  const state = await readDeployedState(deployment.clients, deployment.site);
  const { isLocal = false, what } = rest;
  const options = await withCollectorAccess(wanted, state, deployment.clients, isLocal);
  const { site, reporter } = deployment;
  const typed = withoutFollowed(named, state.published, site, reporter);
  const prepared = await prepareStep(deployment, typed, state, copying);
  const { databases, card, cards } = siteCards(prepared, config, cardLogo(config, staticFiles));
  options.site = { ...options.site, card };
  requireKnownNames(config, [
    ...databases.map(({ name, inspection }) => namedIn(name, inspection)),
    ...namedByOthers(config, options, state, deployment.reporter),
  ]);
  const layers = await neededLayers(options, state);
  const facts: Facts = {
    databases,
    cards,
    loads,
    staticFiles,
    package: await packageFacts(staticFiles, layers),
    publisher: { who: await caller, what },
    ...((options.cloudFront || (options.cloudFront === undefined && state.stacks.has("edge"))) && {
      originSecret: {
        stored: await readStoredSecret(deployment.clients, site),
        fresh: hashOf(deployment.originSecret),
      },
    }),
    domains: await domainFacts(deployment, options, state),
    ...(options.collect === false && {
      failedMessages: await failedMessages(deployment.clients, state),
    }),
  };
  const plan = planUpdate(options, facts, state, new Date());
  const planned = { plan, state };
  const missing = await missingEvents(deployment.clients, planned);
  return { deployment, options, facts, layers, planned, missingEvents: missing };
}
