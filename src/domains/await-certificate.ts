/** What is missing of a certificate, done: it is asked for, or waited for, and never for long. */
import { resolveCname } from "node:dns/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { AwsClients } from "../aws/clients.ts";
import type { DomainProof } from "../plan/domain-stack.ts";
import type { CertificateAction, CertificateFact, DomainFact } from "../plan/plan-domains.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { deleteCertificate, describeCertificate, requestCertificate } from "./certificates.ts";

/** ACM makes the records up within seconds. */
const PROOFS_MS = 60_000;
/** ACM finds a record within minutes, seldom half an hour: then the next run goes on. */
const ISSUED_MS = 600_000;

/** A record that somebody has to make where the domain's DNS is. */
export interface RecordToMake {
  name: string;
  type: "CNAME";
  value: string;
}

/** Asks for a certificate and waits for the records that prove its domains. Throws a DslError. */
export async function askForCertificate(
  clients: AwsClients,
  site: string,
  action: Extract<CertificateAction, { action: "request" }>,
  reporter: Reporter,
): Promise<void> {
  const { names, region, replaces } = action;
  const step = reporter.step(`Asking for a certificate for ${names.join(", ")} (ACM, ${region})`);
  const arn = await requestCertificate(clients, site, action);
  if (replaces !== null) {
    await deleteCertificate(clients, replaces);
    step.line(`instead of one that failed (${replaces.failure})`);
  }
  const deadline = Date.now() + PROOFS_MS;
  for (;;) {
    const fact = await describeCertificate(clients, region, arn, true);
    if (fact?.state === "failed") {
      step.fail(fact.failure ?? undefined);
      throw refused(fact, [...names]);
    }
    const isReady = fact?.state === "issued" || fact?.proofs.size === names.length;
    if (isReady || Date.now() > deadline) break;
    await sleep(clients.pollMilliseconds);
  }
  step.done(arn);
}

/**
 * Waits for a certificate: for ten minutes (DSL_CERTIFICATE_SECONDS) where the records that it waits for are
 * there, not at all where somebody has to make them first. Resolves with it as it is then. Throws a DslError
 * for one that ACM refuses.
 */
export async function awaitCertificate(
  clients: AwsClients,
  { certificate, domains }: Extract<CertificateAction, { action: "wait" }>,
  reporter: Reporter,
): Promise<CertificateFact> {
  const names = domains.map(({ name }) => name);
  if ((await recordsToMake(certificate, domains)).length > 0) return certificate;
  const step = reporter.step(`Waiting for the certificate for ${names.join(", ")}`);
  const seconds = Number(process.env.DSL_CERTIFICATE_SECONDS);
  const deadline = Date.now() + (seconds > 0 ? seconds * 1000 : ISSUED_MS);
  let now = certificate;
  while (now.state === "pending" && Date.now() < deadline) {
    await sleep(clients.pollMilliseconds);
    const seen = await describeCertificate(clients, certificate.region, certificate.arn, true);
    if (seen === null) throw deletedMeanwhile(certificate.arn);
    now = seen;
  }
  if (now.state === "issued") step.done("it is issued");
  else step.fail(now.state === "pending" ? "it is not issued yet" : (now.failure ?? "it failed"));
  if (now.state === "failed") throw refused(now, names);
  return now;
}

/** Those that prove domains whose DNS is elsewhere, as far as the DNS does not have them. */
export async function recordsToMake(
  certificate: CertificateFact,
  domains: readonly DomainFact[],
): Promise<RecordToMake[]> {
  const missing: RecordToMake[] = [];
  for (const { name, zone } of domains) {
    const proof = certificate.proofs.get(name);
    if (zone !== null || proof === undefined || !certificate.unproven.includes(name)) continue;
    if (!(await isInDns(proof))) missing.push({ type: "CNAME", ...proof });
  }
  return missing;
}

async function isInDns({ name, value }: DomainProof): Promise<boolean> {
  const found = await resolveCname(name).catch(() => []);
  return found.some((each) => each.replace(/\.$/, "").toLowerCase() === value.toLowerCase());
}

const REASONS: Readonly<Record<string, readonly [text: string, hint: string]>> = {
  CAA_ERROR: [
    "the domain's CAA records allow other authorities only",
    'a CAA record 0 issue "amazon.com" for the domain (aws.amazon.com/caa in ACM\'s documentation), then the same command again: it asks for a new certificate',
  ],
  VALIDATION_TIMED_OUT: [
    "nobody created the records within 72 hours",
    "the same command again: it asks for a new certificate and prints its records",
  ],
  ADDITIONAL_VERIFICATION_REQUIRED: [
    "ACM wants to look at the domain first",
    "a case at AWS Support, or --certificate with an imported one",
  ],
};

function refused({ arn, failure }: CertificateFact, names: string[]): DslError {
  const [text, hint] = REASONS[failure ?? ""] ?? [
    `ACM says ${failure}`,
    `aws acm describe-certificate --certificate-arn ${arn} says more; the same command asks for a new one`,
  ];
  return new DslError(
    "certificate_refused",
    `There is no certificate for ${names.join(", ")}: ${text}`,
    hint,
  );
}

function deletedMeanwhile(arn: string): DslError {
  return new DslError(
    "certificate_deleted",
    `Somebody deleted certificate ${arn} while it was waited for`,
    "the same command again: it asks for a new one",
  );
}
