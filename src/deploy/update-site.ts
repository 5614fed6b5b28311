/** What `dsl update-stack` does, from the files to the URL. */
import { checkFile } from "../../runtime/publisher/database/check-file.ts";
import { namedIn, requireKnownNames } from "../config-names.ts";
import { convertNamed } from "../convert/convert-named.ts";
import { nameDatabases } from "../database-names.ts";
import { mountsOf } from "../options/content-options.ts";
import { checkMounts, readStaticFiles } from "../package/static-files.ts";
import { checkSizes } from "../plan/check-sizes.ts";
import type { Facts, UpdateOptions } from "../plan/inputs.ts";
import { isNoop } from "../plan/plan.ts";
import { planUpdate } from "../plan/plan-update.ts";
import { checkSiteName } from "../stacks/stack-name.ts";
import { checkRoom } from "../temporary-folder.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { createWorkFolder } from "../work-folder.ts";
import { confirmLosses, lossesOf } from "./confirm-losses.ts";
import { readDeployedState } from "./deployed-state.ts";
import type { Deployment, PlannedUpdate } from "./deployment.ts";
import { execute } from "./execute.ts";
import { waitForOldAnswers } from "./old-answers-step.ts";
import { packageFacts } from "./package-facts.ts";
import { type Layers, neededLayers, uploadBeforeRecovery } from "./packages.ts";
import { prepareStep } from "./prepare-step.ts";
import { recover } from "./recover.ts";
import { reportDryRun, reportNoop, reportPlan, reportUpdate } from "./report.ts";
import { checkOrder } from "./swapped-arguments.ts";
import { targetOf } from "./target.ts";
import { optionNotes, readUpdateOptions, type UpdateRequest } from "./update-request.ts";
import { deployedAddress, verifyStep } from "./verify-step.ts";

/**
 * Publishes the databases and brings both stacks up to date. What can be checked without AWS is
 * checked first, and everything before anything is changed. Throws a DslError.
 */
export async function updateSite(request: UpdateRequest, reporter: Reporter): Promise<void> {
  const started = performance.now();
  const { site, flags } = request;
  checkOrder(site, request.databases);
  checkSiteName(site);
  reporter.ifInterrupted("Nothing was changed.", "the same command again");
  const { options, config } = await readUpdateOptions(request);
  for (const note of config.notes) reporter.warn(note);
  const workFolder = await createWorkFolder();
  const named = await convertNamed(
    nameDatabases(request.databases, flags.alias),
    workFolder,
    reporter,
  );
  let bytes = 0;
  for (const { path } of named) bytes += (await checkFile(path)).size;
  checkSizes(options.storage, bytes);
  await checkRoom(workFolder, bytes);
  for (const note of optionNotes(flags)) reporter.warn(note);
  const mounts = mountsOf(flags.static);
  checkMounts(mounts, named);
  const staticFiles = await readStaticFiles(mounts);

  const clients = await targetOf(flags);
  const { roleArn = null, yes = false } = flags;
  const { base_url: baseUrl, default_cache_ttl: cacheSeconds } = config.settings;
  const place = { site, clients, roleArn, baseUrl, cacheSeconds };
  const deployment: Deployment = { ...place, workFolder, reporter };

  const state = await readDeployedState(clients, site);
  const databases = await prepareStep(deployment, named, state, flags.keepFreeSpace ?? false);
  // What came in another way stays on the site, so the configuration may name it, too.
  const staying = (state.published?.manifest.databases ?? []).filter(
    ({ origin }) => origin !== "typed",
  );
  requireKnownNames(
    config,
    [...databases, ...staying].map(({ name, inspection }) => namedIn(name, inspection)),
  );
  const layers = await neededLayers(options, state);
  const facts: Facts = { databases, staticFiles, package: await packageFacts(staticFiles, layers) };
  const plan = planUpdate(options, facts, state, new Date());
  if (flags.dryRun) {
    if (isNoop(plan)) await verifyDeployed(deployment, { plan, state });
    return reportDryRun(plan, reporter);
  }
  reportPlan(plan, reporter);

  const ready = await makeReady(deployment, options, facts, layers, { plan, state }, yes);
  if (isNoop(ready.plan)) {
    await verifyDeployed(deployment, ready);
    return reportNoop(ready, baseUrl, performance.now() - started, reporter);
  }
  const outcome = await execute(deployment, ready, facts, layers);
  const { oldAnswersUntil } = outcome;
  if (flags.waitAll && oldAnswersUntil) await waitForOldAnswers(oldAnswersUntil, reporter);
  reportUpdate(ready.plan, outcome, performance.now() - started, reporter);
}

/**
 * To be asked before it is said that nothing has to be done: what the stacks say is not yet what
 * visitors get, and a run before this one may have been killed.
 */
async function verifyDeployed(
  deployment: Deployment,
  { plan, state }: PlannedUpdate,
): Promise<void> {
  const address = deployedAddress(state, deployment.baseUrl);
  await verifyStep(deployment, address, plan.publish.manifest.version);
}

/** Confirms what needs it and recovers the stacks, until the plan can be executed as it is. */
async function makeReady(
  deployment: Deployment,
  options: UpdateOptions,
  facts: Facts,
  layers: Layers,
  planned: PlannedUpdate,
  yes: boolean,
): Promise<PlannedUpdate> {
  const confirmed = new Set<string>();
  let { plan, state } = planned;
  for (;;) {
    const losses = lossesOf(plan, state).filter((loss) => !confirmed.has(loss));
    if (!yes) await confirmLosses(losses, deployment.reporter);
    for (const loss of losses) confirmed.add(loss);
    if (plan.recovery.length === 0) return { plan, state };
    // A rollback fails again as long as the code that it goes back to is not in the bucket.
    if (plan.recovery.some(({ action }) => action === "continue-rollback")) {
      await uploadBeforeRecovery(deployment, { plan, state }, facts, layers);
    }
    for (const action of plan.recovery) await recover(deployment, action);
    state = await readDeployedState(deployment.clients, deployment.site);
    plan = planUpdate(options, facts, state, new Date());
  }
}
