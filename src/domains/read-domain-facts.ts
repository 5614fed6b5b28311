/** What is known of the domains that a site is to have: zones, records, certificates. Nothing is changed. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { AwsClients } from "../aws/clients.ts";
import type { DomainProof } from "../plan/domain-stack.ts";
import { domainEntries } from "../plan/domain-stack.ts";
import type { DomainFact, DomainFacts } from "../plan/plan-domains.ts";
import { domainsOf, type WantedDomains } from "../plan/wanted-domains.ts";
import { certificateFor, certificatesOfSites, givenCertificate } from "./certificates.ts";
import { recordsAt, type Zone, zoneOf } from "./hosted-zones.ts";

/** CloudFront takes certificates of this region alone. */
const REGION_OF_CLOUDFRONT = "us-east-1";
/** What comes in the way of an address. */
const ADDRESSES = ["A", "AAAA", "CNAME"];

export interface DomainsAsked {
  site: string;
  /** Of the site's stacks. */
  region: string;
  wanted: WantedDomains;
  /** The parameters of the domain stack that is deployed. */
  current: Readonly<Record<string, string>>;
  hasDistribution: boolean;
}

/**
 * null for a site that is to have no domains. Throws a DslError for a domain that another site or somebody
 * else's record has, and for a certificate that cannot be used.
 */
export async function readDomainFacts(
  clients: AwsClients,
  { site, region: home, wanted, current, hasDistribution }: DomainsAsked,
): Promise<DomainFacts | null> {
  const names = domainsOf(wanted);
  if (names.length === 0) return null;
  const region = hasDistribution ? REGION_OF_CLOUDFRONT : home;
  const ofSites = await certificatesOfSites(clients, region);
  for (const name of names) {
    const other = ofSites.find((each) => each.site !== site && each.names.includes(name));
    if (other !== undefined) throw takenBySite(name, other.site);
  }
  const certificate =
    wanted.certificate === null
      ? await certificateFor(
          clients,
          ofSites.filter((each) => each.site === site),
          names,
        )
      : await givenCertificate(clients, region, wanted.certificate, names);
  const entries = domainEntries(current);
  const domains: DomainFact[] = [];
  for (const name of names) {
    const mine = entries.find((each) => each.name === name);
    const zone = await zoneOf(clients, name, wanted.zones);
    const isOurs = mine?.isServed === true && mine.zone === zone?.id;
    if (zone !== null && !isOurs) await requireFree(clients, zone, name);
    const proof = certificate?.proofs.get(name);
    const isMade = mine !== undefined && mine.proof !== null && mine.zone === zone?.id;
    const isProvenByOthers =
      zone !== null && proof !== undefined && !isMade && (await hasProof(clients, zone, proof));
    domains.push({ name, zone, isProvenByOthers });
  }
  return { domains, certificate, region };
}

async function hasProof(
  clients: AwsClients,
  zone: Zone,
  { name, value }: DomainProof,
): Promise<boolean> {
  const records = await recordsAt(clients, zone.id, name);
  return records.some(
    ({ type, values }) => type === "CNAME" && values.includes(value.toLowerCase()),
  );
}

/** Nothing of somebody else's is written over. */
async function requireFree(clients: AwsClients, zone: Zone, name: string): Promise<void> {
  const records = await recordsAt(clients, zone.id, name);
  const taken = records.find(({ type }) => ADDRESSES.includes(type));
  if (taken !== undefined) {
    throw new DslError(
      "record_exists",
      `${name} has a record of type ${taken.type} in zone ${zone.name} (${zone.id}) already, ${taken.values.join(", ") || "of another kind"}, which dsl did not make; nothing was changed`,
      "another --domain, or delete that record first if nothing needs it any more",
    );
  }
  if (name === zone.name) return;
  const delegated = records.find(({ type }) => type === "NS");
  if (delegated === undefined) return;
  throw new DslError(
    "delegated_domain",
    `Zone ${zone.name} (${zone.id}) leaves ${name} to other name servers (${delegated.values.join(", ")}), so that a record for it in this zone would not be seen; nothing was changed`,
    "--hosted-zone none, which prints the records to create there",
  );
}

function takenBySite(name: string, site: string): DslError {
  return new DslError(
    "domain_of_another_site",
    `${name} is a domain of site ${site}; nothing was changed`,
    `another --domain, or take it away there first: dsl update-stack ${site} … --no-domain`,
  );
}
