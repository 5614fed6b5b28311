/** The stack of a site's domains: its template, made for each domain, and its parameters, read and written. Pure. */
import { hash } from "node:crypto";
import type { Parameters } from "./plan.ts";

/** One domain, as the stack has it. */
export interface DomainEntry {
  name: string;
  /** In Route 53; null: its DNS is elsewhere. */
  zone: string | null;
  /** The CNAME that proves it to ACM, where the stack has made it. */
  proof: DomainProof | null;
  /** Whether visitors can come. */
  isServed: boolean;
}

export interface DomainProof {
  name: string;
  value: string;
}

const NONE = "none";

/** What is in the names of a domain's own parts: DataExampleCom and four digits, for two that look alike. */
export function partOf(domain: string): string {
  const words = domain
    .split(/[^a-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join("").slice(0, 40)}${hash("sha256", domain).slice(0, 4)}`;
}

/** The template with the parts of each domain. */
export function domainTemplate(template: string, domains: readonly string[]): string {
  return template.replace(/^ *# for each domain\n([\s\S]*?)^ *# end\n/gm, (_, block: string) =>
    domains.map((domain) => block.replaceAll("OfEach", partOf(domain))).join(""),
  );
}

/** All parameters of the template for these domains. */
export function domainParameters(
  entries: readonly DomainEntry[],
  shared: { apiId: string | null; certificateArn: string | null; distribution: string | null },
): Parameters {
  const own = entries.flatMap(({ name, zone, proof, isServed }) => {
    const part = partOf(name);
    return [
      [`Name${part}`, name],
      [`Zone${part}`, zone ?? NONE],
      [`ProofName${part}`, proof?.name ?? NONE],
      [`ProofValue${part}`, proof?.value ?? NONE],
      [`Served${part}`, String(isServed)],
    ];
  });
  return {
    ApiId: shared.apiId,
    CertificateArn: shared.certificateArn ?? NONE,
    DistributionDomainName: shared.distribution,
    ...Object.fromEntries(own),
  };
}

/** The domains that a deployed stack has, in the order of their names. */
export function domainEntries(parameters: Readonly<Record<string, string>>): DomainEntry[] {
  return Object.entries(parameters)
    .filter(([key, name]) => key === `Name${partOf(name)}`)
    .map(([, name]) => entryOf(name, parameters))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function entryOf(name: string, parameters: Readonly<Record<string, string>>): DomainEntry {
  const part = partOf(name);
  const value = (key: string) => {
    const text = parameters[`${key}${part}`];
    return text === undefined || text === NONE ? null : text;
  };
  const [proofName, proofValue] = [value("ProofName"), value("ProofValue")];
  const hasProof = proofName !== null && proofValue !== null;
  return {
    name,
    zone: value("Zone"),
    proof: hasProof ? { name: proofName, value: proofValue } : null,
    isServed: value("Served") === "true",
  };
}

/** The certificate of a deployed stack; null for none. */
export function certificateIn(parameters: Readonly<Record<string, string>>): string | null {
  const arn = parameters.CertificateArn ?? NONE;
  return arn === NONE ? null : arn;
}

/** Whether a stack with this domain alone would have anything in it. */
export function hasResources({ zone, proof, isServed }: DomainEntry, isByApi: boolean): boolean {
  return (zone !== null && (proof !== null || isServed)) || (isServed && isByApi);
}
