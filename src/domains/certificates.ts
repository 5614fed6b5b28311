/** Certificates in ACM: asked for by dsl itself, because a stack would hang until they are proven. */
import { createHash } from "node:crypto";
import {
  type CertificateDetail,
  type CertificateSummary,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
  RequestCertificateCommand,
} from "@aws-sdk/client-acm";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { AwsClients } from "../aws/clients.ts";
import { awsErrorCode } from "../aws/errors.ts";
import type { CertificateFact } from "../plan/plan-domains.ts";
import { SITE_TAG } from "../stacks/identity.ts";

/** A certificate that a site of dsl has. */
export interface SiteCertificate {
  arn: string;
  region: string;
  site: string;
  names: string[];
}

const STATES: Readonly<Record<string, CertificateFact["state"]>> = {
  ISSUED: "issued",
  PENDING_VALIDATION: "pending",
};
/** In the order in which one is taken. */
const ORDER = ["issued", "pending", "failed"] as const;

/** The certificates that dsl has asked for in a region, by their tags. */
export async function certificatesOfSites(
  clients: AwsClients,
  region: string,
): Promise<SiteCertificate[]> {
  const client = await clients.inRegion(region).acm();
  const found: SiteCertificate[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListCertificatesCommand({ NextToken, MaxItems: 100 }));
    for (const summary of page.CertificateSummaryList ?? []) {
      const arn = summary.CertificateArn ?? "";
      const site = await siteOf(clients, region, arn);
      if (site !== null) found.push({ arn, region, site, names: namesIn(summary) });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

async function siteOf(
  clients: AwsClients,
  region: string,
  CertificateArn: string,
): Promise<string | null> {
  const client = await clients.inRegion(region).acm();
  try {
    const { Tags = [] } = await client.send(new ListTagsForCertificateCommand({ CertificateArn }));
    return Tags.find(({ Key }) => Key === SITE_TAG)?.Value ?? null;
  } catch (error) {
    // Somebody has deleted it meanwhile.
    if (awsErrorCode(error) === "ResourceNotFoundException") return null;
    throw error;
  }
}

/** The best of these certificates for exactly these domains; null: there is none. */
export async function certificateFor(
  clients: AwsClients,
  candidates: readonly SiteCertificate[],
  domains: readonly string[],
): Promise<CertificateFact | null> {
  const wanted = domains.toSorted().join();
  const fitting = candidates.filter(({ names }) => names.toSorted().join() === wanted);
  const described = await Promise.all(
    fitting.map(({ arn, region }) => describeCertificate(clients, region, arn, true)),
  );
  const facts = described.filter((fact) => fact !== null);
  return (
    ORDER.map((state) => facts.find((fact) => fact.state === state)).find(
      (fact) => fact !== undefined,
    ) ?? null
  );
}

/** null when there is none of this ARN in the region. */
export async function describeCertificate(
  clients: AwsClients,
  region: string,
  arn: string,
  isOwn: boolean,
): Promise<CertificateFact | null> {
  const client = await clients.inRegion(region).acm();
  try {
    const { Certificate } = await client.send(
      new DescribeCertificateCommand({ CertificateArn: arn }),
    );
    return factFrom(Certificate ?? {}, arn, region, isOwn);
  } catch (error) {
    if (awsErrorCode(error) === "ResourceNotFoundException") return null;
    throw error;
  }
}

/** A certificate of the user's, which must be issued and for all of the domains. Throws a DslError. */
export async function givenCertificate(
  clients: AwsClients,
  region: string,
  arn: string,
  domains: readonly string[],
): Promise<CertificateFact> {
  const its = arn.split(":")[3];
  if (its !== region) {
    throw refused(
      `Certificate ${arn} is in region ${its}, and it has to be in ${region}`,
      `a certificate of region ${region}, or --certificate own`,
    );
  }
  const client = await clients.inRegion(region).acm();
  const found = await describeCertificate(clients, region, arn, false);
  if (found === null)
    throw refused(
      `There is no certificate ${arn}`,
      "aws acm list-certificates shows those there are",
    );
  const { Certificate = {} } = await client.send(
    new DescribeCertificateCommand({ CertificateArn: arn }),
  );
  if (found.state !== "issued") {
    throw refused(
      `Certificate ${arn} is ${Certificate.Status} and cannot be used`,
      "one that is issued, or --certificate own",
    );
  }
  const names = Certificate.SubjectAlternativeNames ?? [];
  const missing = domains.find((domain) => !names.some((name) => covers(name, domain)));
  if (missing === undefined) return found;
  throw refused(
    `Certificate ${arn} is for ${names.join(", ")}, and not for ${missing}`,
    "one for all domains, or --certificate own",
  );
}

/** A wildcard stands for one label. */
export function covers(name: string, domain: string): boolean {
  return (
    name === domain ||
    (name.startsWith("*.") && domain.slice(domain.indexOf(".")) === name.slice(1))
  );
}

/** Asks for one; asking again within an hour gives the same. Resolves with its ARN. */
export async function requestCertificate(
  clients: AwsClients,
  site: string,
  {
    names,
    region,
    replaces,
  }: { names: readonly string[]; region: string; replaces: CertificateFact | null },
): Promise<string> {
  const client = await clients.inRegion(region).acm();
  const [DomainName, ...others] = names;
  const what = [site, ...names, replaces?.arn ?? ""].join("\n");
  const { CertificateArn = "" } = await client.send(
    new RequestCertificateCommand({
      DomainName,
      SubjectAlternativeNames: others.length === 0 ? undefined : others,
      ValidationMethod: "DNS",
      IdempotencyToken: createHash("sha256").update(what).digest("hex").slice(0, 32),
      Tags: [{ Key: SITE_TAG, Value: site }],
    }),
  );
  return CertificateArn;
}

/** False when something still uses it; one that is gone is fine. */
export async function deleteCertificate(
  clients: AwsClients,
  { arn, region }: Pick<SiteCertificate, "arn" | "region">,
): Promise<boolean> {
  const client = await clients.inRegion(region).acm();
  try {
    await client.send(new DeleteCertificateCommand({ CertificateArn: arn }));
    return true;
  } catch (error) {
    if (awsErrorCode(error) === "ResourceNotFoundException") return true;
    if (awsErrorCode(error) === "ResourceInUseException") return false;
    throw error;
  }
}

function factFrom(
  detail: CertificateDetail,
  arn: string,
  region: string,
  isOwn: boolean,
): CertificateFact {
  const options = detail.DomainValidationOptions ?? [];
  const proofs = options.flatMap(({ DomainName = "", ResourceRecord }) =>
    ResourceRecord?.Name === undefined || ResourceRecord.Value === undefined
      ? []
      : [
          [
            DomainName,
            { name: undotted(ResourceRecord.Name), value: undotted(ResourceRecord.Value) },
          ] as const,
        ],
  );
  return {
    arn,
    region,
    isOwn,
    state: STATES[detail.Status ?? ""] ?? "failed",
    failure: detail.FailureReason ?? detail.Status ?? null,
    proofs: new Map(proofs),
    unproven: options
      .filter(({ ValidationStatus }) => ValidationStatus !== "SUCCESS")
      .map(({ DomainName = "" }) => DomainName),
  };
}

function namesIn({
  DomainName,
  SubjectAlternativeNameSummaries = [],
}: CertificateSummary): string[] {
  return [
    ...new Set([
      ...(DomainName === undefined ? [] : [DomainName]),
      ...SubjectAlternativeNameSummaries,
    ]),
  ];
}

function undotted(name: string): string {
  return name.replace(/\.$/, "");
}

function refused(message: string, hint: string): DslError {
  return new DslError("certificate_unusable", `${message}; nothing was changed`, hint, {
    exitCode: 2,
  });
}
