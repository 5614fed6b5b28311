/** The site's domains, after everything else: the certificate, then the stacks that need it. */

import { DslError } from "../../runtime/core/dsl-error.ts";
import type { Manifest } from "../../runtime/core/format/manifest.ts";
import {
  askForCertificate,
  awaitCertificate,
  type RecordToMake,
  recordsToMake,
} from "../domains/await-certificate.ts";
import { removeCertificates } from "../domains/remove-certificates.ts";
import { servedDomains } from "../domains/served-domains.ts";
import { certificateIn } from "../plan/domain-stack.ts";
import type { DeployedState } from "../plan/inputs.ts";
import { stackPlan } from "../plan/plan.ts";
import { planUpdate } from "../plan/plan-update.ts";
import { surviving } from "../plan/stack-action.ts";
import { deployedDomains, domainsOf } from "../plan/wanted-domains.ts";
import { publicOrigins, siteAddress } from "../stacks/addresses.ts";
import { NO_SECRETS, sessionFor, settleAccess } from "./access-step.ts";
import { applyStacks } from "./apply-stacks.ts";
import { readDeployedState } from "./deployed-state.ts";
import type { Deployment, PlannedUpdate } from "./deployment.ts";
import { domainFacts } from "./domain-facts.ts";
import type { PreparedUpdate } from "./prepare-update.ts";
import { askSite, siteUrl } from "./verify.ts";

/** Where the site is afterwards, and what somebody has to do for that. */
export interface DomainsOutcome {
  /** Where visitors find it. */
  url: string;
  /** Scheme and host of addresses that whoever lets people in does not know yet. */
  newOrigins: readonly string[];
  /** Records that somebody has to make where a domain's DNS is. */
  records: { name: string; type: string; value: string }[];
  /** Domains that are not served before their certificate is issued. */
  waiting: string[];
}

/**
 * Carries out what a plan says of the certificate, with the plans that follow from it. `without`: where a
 * site without domains is.
 */
export async function settleDomains(
  { deployment, options, facts }: Pick<PreparedUpdate, "deployment" | "options" | "facts">,
  planned: PlannedUpdate,
  without: Pick<DomainsOutcome, "url" | "newOrigins">,
): Promise<DomainsOutcome> {
  if (!isAboutDomains(planned))
    return { url: without.url, newOrigins: without.newOrigins, records: [], waiting: [] };
  const { clients, site, reporter } = deployment;
  let { plan, state } = planned;
  let records: RecordToMake[] = [];
  while (plan.certificate !== null) {
    const { certificate } = plan;
    reporter.ifInterrupted(
      `${site} is deployed; its domains are not served yet.`,
      "the same command again: it goes on from there",
    );
    if (certificate.action === "request") {
      await askForCertificate(clients, site, certificate, reporter);
    } else {
      const now = await awaitCertificate(clients, certificate, reporter);
      if (now.state === "pending") {
        records = await recordsToMake(now, certificate.domains);
        break;
      }
    }
    state = await readDeployedState(clients, site);
    const known = { ...facts, domains: await domainFacts(deployment, options, state) };
    plan = planUpdate(options, known, state, new Date());
    await applyStacks(deployment, plan, surviving(state, "bucket")?.outputs.BucketName ?? "");
  }
  state = await readDeployedState(clients, site);
  const origins = publicOrigins(state.stacks);
  const added = await settleAccess(deployment, { plan, state }, NO_SECRETS, origins);
  // One that is waited for would go with them, and the old one is still used.
  if (plan.certificate === null) await removeOld(deployment, state, planned.state);
  const waiting =
    plan.certificate?.action === "wait" ? plan.certificate.domains.map(({ name }) => name) : [];
  const served = await checkDomains(deployment, state, plan.publish.manifest);
  return {
    url: siteUrl(siteAddress(state.stacks) ?? "", deployment.baseUrl),
    newOrigins: [...new Set([...without.newOrigins, ...added])],
    records: [...records, ...served],
    waiting,
  };
}

function isAboutDomains({ plan, state }: PlannedUpdate): boolean {
  const had = deployedDomains(state.stacks.get("service")?.parameters ?? {}).names;
  const service = stackPlan(plan, "service");
  const gets = service.action !== "none" && Boolean(service.parameters.Domains);
  const hasStack = plan.stacks.some(({ identity }) => identity.role === "domain");
  return had.length > 0 || gets || hasStack || plan.certificate !== null;
}

/** Certificates of domains that the site has no more. What still uses one is done with soon. */
async function removeOld(
  { clients, site }: Deployment,
  now: DeployedState,
  before: DeployedState,
): Promise<void> {
  const wantedIn = ({ stacks }: DeployedState) =>
    domainsOf(deployedDomains(stacks.get("service")?.parameters ?? {})).join();
  const usedIn = ({ stacks }: DeployedState) =>
    certificateIn(stacks.get("domain")?.parameters ?? {});
  if (wantedIn(now) === wantedIn(before) && usedIn(now) === usedIn(before)) return;
  await removeCertificates(clients, site, now.region, usedIn(now), true);
}

/** Asks each domain once, and resolves with the records that are missing where its DNS is elsewhere. */
async function checkDomains(
  { clients, site, reporter, baseUrl }: Deployment,
  { stacks }: DeployedState,
  manifest: Manifest,
): Promise<DomainsOutcome["records"]> {
  const missing: DomainsOutcome["records"] = [];
  const session = await sessionFor(manifest, clients, site);
  const redirects = deployedDomains(stacks.get("service")?.parameters ?? {}).redirects;
  for (const { name, zone, target } of servedDomains(stacks)) {
    const url = siteUrl(`https://${name}/`, baseUrl);
    const verdict = await askSite(url, manifest.version, { session, originKey: null });
    const answers =
      verdict.verdict === "serves" || (verdict.verdict === "wrong" && redirects.includes(name));
    if (answers) continue;
    if (zone === null) {
      missing.push({ name, type: "CNAME", value: target });
    } else {
      const problem = "problem" in verdict ? verdict.problem : "an earlier version";
      reporter.warn(
        `${url} cannot be reached from here yet (${problem}); DNS may take some minutes, and the site is at ${stacks.get("service")?.outputs.Url}, too`,
      );
    }
  }
  return missing;
}

/** For the last thing that is said: exit code 4, and what to do. */
export function waitingForDns(site: string, { waiting, records }: DomainsOutcome): DslError | null {
  if (waiting.length === 0) return null;
  const names = waiting.join(", ");
  if (records.length === 0) {
    return new DslError(
      "waiting_for_certificate",
      `Waiting for a certificate: ACM has not issued the one for ${names} yet; ${site} itself is deployed`,
      "the same command again in some minutes: it goes on from there. ACM looks for the records for 72 hours; the zone has to be the one that the domain's registrar names",
      { exitCode: 4 },
    );
  }
  return new DslError(
    "waiting_for_dns",
    `Waiting for DNS records: ${names} will be served when the records above are there; ${site} itself is deployed`,
    "create them where the domain's DNS is, within 72 hours, then the same command again: it goes on from there",
    { exitCode: 4 },
  );
}

/** Lines that say which records to make. */
export function recordLines({ records }: DomainsOutcome): string[] {
  if (records.length === 0) return [];
  const isAddress = records.some(({ name }) => !name.startsWith("_"));
  return [
    "Create these DNS records where the domain's DNS is (they are not in a hosted zone of this account):",
    ...records.map(({ name, type, value }) => `  ${name}. ${type} ${value}.`),
    ...(isAddress
      ? [
          "  At the top of a zone, where DNS takes no CNAME, its ALIAS or ANAME record does the same.",
        ]
      : []),
  ];
}
