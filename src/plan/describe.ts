/** A plan in words, for `--dry-run`. Pure. */

import { formatBytes, formatCount } from "../../runtime/core/quantities.ts";
import type { DatabaseChange } from "../../runtime/publisher/publish/publish-action.ts";
import { describeParameter, describeParameterChange } from "./describe-parameter.ts";
import { describeDomains } from "./domain-actions.ts";
import { describeFirstVisit } from "./first-visit.ts";
import {
  changesViewers,
  isNoop,
  type Plan,
  type RecoveryAction,
  type StackAction,
  stackPlan,
} from "./plan.ts";
import type { CertificateAction } from "./plan-domains.ts";
import { codeGoesFirst } from "./publish-order.ts";
import { describeViewers } from "./viewers.ts";

/** One line per action, in the order in which they are done; details are indented. */
export function describePlan(plan: Plan): string[] {
  const where = `site ${plan.stackName} in account ${plan.account}, region ${plan.region}`;
  if (isNoop(plan)) {
    return [`Nothing to do: version ${plan.publish.manifest.version} of ${where} is up to date`];
  }
  const publish = describePublish(plan);
  const functions = [
    ...plan.uploads.map(({ kind }) => `Upload the function's ${kind}`),
    ...(plan.secret?.isNew ? ["Store a new secret that lets CloudFront in"] : []),
    ...plan.stacks
      .filter(({ identity }) => identity.role !== "bucket")
      .flatMap((stack) => describeStackOf(plan, stack)),
    ...plan.closing.flatMap(describeStack),
    ...describeViewersAlone(plan),
  ];
  return [
    `Plan for ${where}`,
    ...plan.notes,
    ...plan.recovery.map(describeRecovery),
    ...describeStack(stackPlan(plan, "bucket")),
    ...(codeGoesFirst(plan) ? [...functions, ...publish] : [...publish, ...functions]),
    ...describeCertificate(plan.certificate),
    describeFirstVisit(plan),
  ];
}

function describeRecovery({ action, identity, stackName, status }: RecoveryAction): string {
  const what = {
    wait: "wait until it has ended",
    "wait-until-deleted": "wait until it is gone, then create it again",
    delete: "delete it and create it again",
    "continue-rollback": "continue its rollback",
  }[action];
  return `The ${identity.role} stack ${stackName} is in ${status}: ${what}`;
}

/** What becomes of all stacks, and of who may see the site. */
export function describeStacks(plan: Plan): string[] {
  const stacks = plan.stacks.flatMap((stack) => describeStackOf(plan, stack));
  return [...stacks, ...describeViewersAlone(plan)];
}

/** The service has the door. */
function describeStackOf(plan: Plan, action: StackAction): string[] {
  const lines = describeStack(action);
  return action.identity.role === "service" && lines.length > 0
    ? [...lines, ...viewersLine(plan)]
    : lines;
}

/** Where the stack stays as it is. */
function describeViewersAlone(plan: Plan): string[] {
  const line = stackPlan(plan, "service").action === "none" ? viewersLine(plan) : [];
  return line.length === 0 ? [] : ["Change who may come in", ...line];
}

function viewersLine(plan: Plan): string[] {
  const { before, after } = plan.viewers;
  if (before !== null && !changesViewers(plan)) return [];
  const [old, now] = [before === null ? null : describeViewers(before), describeViewers(after)];
  // Two lists may differ in what is not said of them.
  const text = old === null ? now : old === now ? `${now} (changed)` : `${old} → ${now}`;
  return [`  who may see the site: ${text}`];
}

/** What becomes of a stack; nothing where nothing does. */
function describeStack(action: StackAction): string[] {
  const kind = `${action.identity.role} stack`;
  if (action.action === "none") return [];
  if (action.action === "delete") {
    const when = action.first === undefined ? "" : ", when the events that wait are loaded";
    return [`Delete the ${kind} ${action.stackName}${when}`];
  }
  const domains = action.identity.role === "domain" ? describeDomains(action.parameters) : [];
  if (action.action === "create") {
    const parameters = Object.entries(action.parameters).map(([name, value]) =>
      describeParameter(name, value),
    );
    return [`Create the ${kind} ${action.stackName}`, ...details([...parameters, ...domains])];
  }
  return [
    `Update the ${kind} ${action.stackName}`,
    ...details([
      action.templateChanged ? "its template: that of this version of dsl" : null,
      ...action.changes.map(({ parameter, from, to }) =>
        describeParameterChange(parameter, from, to),
      ),
      action.changes.some(({ parameter }) => parameter === "CodeKey")
        ? "the function's code"
        : null,
      action.changes.some(({ parameter }) => parameter === "LayerKey") ? "the layer" : null,
      action.tagsChanged ? "the tags" : null,
      ...domains,
    ]),
  ];
}

/** What comes after everything else, and makes another plan. */
function describeCertificate(certificate: CertificateAction | null): string[] {
  switch (certificate?.action) {
    case undefined:
      return [];
    case "request":
      return [
        `Ask for a certificate for ${certificate.names.join(", ")} (ACM, ${certificate.region}), and serve the site there when it is issued`,
      ];
    case "wait":
      return [
        `Wait for the certificate for ${certificate.domains.map(({ name }) => name).join(", ")}, and serve the site there when it is issued`,
      ];
  }
}

function details(lines: readonly (string | null)[]): string[] {
  return lines.filter((line) => line !== null).map((line) => `  ${line}`);
}

/** What becomes of the site besides its databases. */
export function describeSiteChanges({ siteChanges }: Pick<Plan, "siteChanges">): string[] {
  return siteChanges.map(({ part, change }) => `${part} ${SITE_CHANGES[change]}`);
}

function describePublish(plan: Plan): string[] {
  const { publish } = plan;
  const site = describeSiteChanges(plan).map((line) => `  ${line}`);
  if (publish.action === "none") return site.length === 0 ? [] : ["Change the site", ...site];
  const databases = publish.databases.map((database) => `  ${describeChange(database)}`);
  return [`Publish version ${publish.manifest.version}`, ...databases, ...site];
}

const SITE_CHANGES = {
  new: "will be there",
  changed: "will change",
  removed: "will be removed",
};

function describeChange(database: DatabaseChange): string {
  const { name, size } = database;
  switch (database.change) {
    case "new":
      return `${name}: new, ${formatBytes(size)} in ${formatCount(database.blocks, "block")}`;
    case "changed":
      return `${name}: ${database.changedBlocks} of ${formatCount(database.blocks, "block")} changed, ${formatBytes(size)}`;
    case "unchanged":
      return `${name}: unchanged, ${formatBytes(size)}`;
    case "kept":
      return `${name}: kept as it is (origin: ${database.origin}), ${formatBytes(size)}`;
    case "removed":
      return `${name}: will be removed`;
  }
}
