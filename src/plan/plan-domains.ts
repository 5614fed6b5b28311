/** What has to be done for a site's domains. Pure. */
import {
  certificateIn,
  type DomainEntry,
  type DomainProof,
  domainEntries,
  hasResources,
} from "./domain-stack.ts";
import { domainsOf, shortestFirst, type WantedDomains } from "./wanted-domains.ts";

/** What is known of a domain that the site is to have. */
export interface DomainFact {
  name: string;
  /** The public hosted zone in this account that has it. */
  zone: { id: string; name: string } | null;
  /** Whether somebody else has made the record that proves it to ACM. */
  isProvenByOthers: boolean;
}

/** A certificate in the region where it is needed. */
export interface CertificateFact {
  arn: string;
  region: string;
  isOwn: boolean;
  state: "pending" | "issued" | "failed";
  /** Why it failed, in ACM's word. */
  failure: string | null;
  /** By domain; empty for a moment after it was asked for. */
  proofs: ReadonlyMap<string, DomainProof>;
  /** Domains that ACM waits for. */
  unproven: string[];
}

export interface DomainFacts {
  domains: DomainFact[];
  /** The one for exactly these domains, or the one that was named. */
  certificate: CertificateFact | null;
  /** Where a certificate has to be. */
  region: string;
}

/** What is missing of a certificate. */
export type CertificateAction =
  | { action: "request"; names: string[]; region: string; replaces: CertificateFact | null }
  | { action: "wait"; certificate: CertificateFact; domains: DomainFact[] };

export interface DomainPlan {
  /** What the domain stack is to have; empty: there is to be none. */
  entries: DomainEntry[];
  certificateArn: string | null;
  /** What comes after the stacks; null: nothing is missing. */
  next: CertificateAction | null;
  /** All domains with a certificate for the distribution; null: as they are. */
  aliases: string[] | null;
  /** `https://data.example.com`; empty for none. */
  origin: string;
}

/**
 * `current`: the parameters of the domain stack, null for none; `origin`: the one that is deployed. As long as
 * the certificate is not issued, what is served stays as it is, and the stack gets the records that prove the
 * new domains.
 */
export function planDomains(
  wanted: WantedDomains,
  { domains, certificate, region }: DomainFacts,
  current: Readonly<Record<string, string>> | null,
  origin: string,
  isByApi: boolean,
): DomainPlan {
  if (wanted.names.length === 0) {
    return { entries: [], certificateArn: null, next: null, aliases: [], origin: "" };
  }
  if (certificate?.state === "issued") {
    return {
      entries: withContent(
        domains.map((domain) => entry(domain, certificate, true)),
        isByApi,
      ),
      certificateArn: certificate.arn,
      next: null,
      aliases: domainsOf(wanted),
      origin: `https://${wanted.names[0]}`,
    };
  }
  const served = domainEntries(current ?? {}).filter(({ isServed }) => isServed);
  const isPending = certificate?.state === "pending";
  const added = isPending
    ? domains
        .filter(({ name }) => !served.some((each) => each.name === name))
        .map((domain) => entry(domain, certificate, false))
    : [];
  return {
    entries: withContent([...served, ...added], isByApi),
    certificateArn: certificateIn(current ?? {}),
    next: isPending
      ? { action: "wait", certificate, domains }
      : {
          action: "request",
          names: shortestFirst(domainsOf(wanted)),
          region,
          replaces: certificate?.state === "failed" ? certificate : null,
        },
    aliases: null,
    origin,
  };
}

/** CloudFormation takes no stack without resources. */
function withContent(entries: DomainEntry[], isByApi: boolean): DomainEntry[] {
  const worth = entries.filter((each) => each.isServed || hasResources(each, isByApi));
  return worth.some((each) => hasResources(each, isByApi)) ? worth : [];
}

function entry(
  { name, zone, isProvenByOthers }: DomainFact,
  { isOwn, proofs }: CertificateFact,
  isServed: boolean,
): DomainEntry {
  const proof = zone === null || !isOwn || isProvenByOthers ? null : (proofs.get(name) ?? null);
  return { name, zone: zone?.id ?? null, proof, isServed };
}
