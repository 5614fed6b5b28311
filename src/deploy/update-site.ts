/** What `dsl update-stack` does, from the files to the URL. */
import { isNoop } from "../plan/plan.ts";
import { planUpdate } from "../plan/plan-update.ts";
import { publicOrigins } from "../stacks/addresses.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { requirePassword, settleAccess } from "./access-step.ts";
import { confirmLosses, lossesOf } from "./confirm-losses.ts";
import { readDeployedState } from "./deployed-state.ts";
import type { Deployment, PlannedUpdate } from "./deployment.ts";
import { settleDomains, waitingForDns } from "./domains-step.ts";
import { execute, type Outcome } from "./execute.ts";
import { waitForOldAnswers } from "./old-answers-step.ts";
import { uploadBeforeRecovery } from "./packages.ts";
import { type PreparedUpdate, prepareUpdate } from "./prepare-update.ts";
import { recover } from "./recover.ts";
import { sendEvents } from "./replica-events.ts";
import { reportDryRun, reportNoop, reportPlan, reportUpdate } from "./report.ts";
import { reportAccess } from "./report-access.ts";
import { saveDeployment } from "./save.ts";
import type { UpdateRequest } from "./update-request.ts";
import { verifyAddresses, visitorsUrl } from "./verify-addresses.ts";

/**
 * Publishes the databases and brings all stacks up to date. What can be checked without AWS is
 * checked first, and everything before anything is changed. Throws a DslError.
 */
export async function updateSite(request: UpdateRequest, reporter: Reporter): Promise<void> {
  const started = performance.now();
  const { yes = false, dryRun = false, waitAll = false } = request.flags;
  const prepared = await prepareUpdate(request, reporter);
  const { deployment, planned } = prepared;
  const { missingEvents } = prepared;
  if (dryRun) {
    if (missingEvents !== null) {
      const { bucket } = missingEvents;
      reporter.info(`The bucket ${bucket} will be asked to send its events to EventBridge`);
    }
    if (isNoop(planned.plan)) await verifyDeployed(deployment, planned);
    return reportDryRun(planned, deployment.baseUrl, reporter);
  }
  if (request.flags.save !== undefined) {
    return saveDeployment(prepared, request.flags.save, reporter);
  }
  await requirePassword(deployment, planned.plan);
  reportPlan(planned.plan, reporter);

  if (missingEvents !== null) await sendEvents(missingEvents, deployment.clients, yes, reporter);
  const ready = await makeReady(prepared, yes);
  const elapsed = () => performance.now() - started;
  if (isNoop(ready.plan)) {
    await verifyDeployed(deployment, ready);
    const { baseUrl, secrets } = deployment;
    const url = visitorsUrl(ready.state.stacks, baseUrl);
    const origins = publicOrigins(ready.state.stacks);
    const newOrigins = await settleAccess(deployment, ready, secrets, origins);
    const domains = await settleDomains(prepared, ready, { url, newOrigins });
    reportAccess(deployment, ready.plan, domains.newOrigins);
    return reportNoop(ready, domains, elapsed(), reporter);
  }
  const outcome = await execute(deployment, ready, prepared.facts, prepared.layers);
  const { oldAnswersUntil } = outcome;
  if (waitAll && oldAnswersUntil) await waitForOldAnswers(oldAnswersUntil, reporter);
  const domains = await settleDomains(prepared, ready, outcome);
  reportAccess(deployment, ready.plan, domains.newOrigins);
  reportUpdate(ready.plan, outcome, domains, elapsed(), reporter);
  const waiting = waitingForDns(deployment.site, domains);
  if (waiting !== null) throw waiting;
}

/** Carries out a plan without asking or reporting: for commands that have said what they do. */
export async function carryOut(prepared: PreparedUpdate): Promise<Outcome> {
  const ready = await makeReady(prepared, true);
  return execute(prepared.deployment, ready, prepared.facts, prepared.layers);
}

/**
 * To be asked before it is said that nothing has to be done: what the stacks say is not yet what
 * visitors get, and a run before this one may have been killed.
 */
async function verifyDeployed(
  deployment: Deployment,
  { plan, state }: PlannedUpdate,
): Promise<void> {
  await verifyAddresses(deployment, plan, state.stacks, plan.publish.manifest.version);
}

/** Confirms what needs it and recovers the stacks, until the plan can be executed as it is. */
async function makeReady(
  { deployment, options, facts, layers, planned }: PreparedUpdate,
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
