/** Which domains a site is to have: what was asked for, else what is deployed. Pure. */
import { DslError } from "../../runtime/core/dsl-error.ts";

/** What was typed; absent is as it is deployed. */
export interface DomainChoice {
  /** Empty: none any more. */
  names?: string[];
  redirects?: string[];
  /** Ids of hosted zones, and `none`. */
  zones?: string[];
  /** ARN, or `own`. */
  certificate?: string;
}

export interface WantedDomains {
  /** The first is the site's address. */
  names: string[];
  /** Their visitors are sent to the first name. */
  redirects: string[];
  /** Ids of hosted zones that were chosen. */
  zones: string[];
  /** A certificate that is not dsl's; null: dsl asks for one. */
  certificate: string | null;
}

/** What ACM lets new accounts have in one certificate. */
const MOST = 10;
/** Of a certificate's common name, which is one of its domains. */
const LONGEST_COMMON_NAME = 64;

/** `current` are the parameters of the service stack. Throws a usage DslError for what cannot go together. */
export function wantedDomains(
  { names, redirects, zones, certificate }: DomainChoice,
  current: Readonly<Record<string, string>>,
): WantedDomains {
  const deployed = deployedDomains(current);
  const own = unique(names ?? deployed.names);
  const gone = own.length === 0;
  if (gone && redirects !== undefined && redirects.length > 0) {
    throw refused(
      `${redirects[0]} cannot redirect: the site has no domain`,
      "--domain with the name of one",
    );
  }
  const wanted = {
    names: own,
    redirects: gone
      ? []
      : unique(redirects ?? deployed.redirects.filter((each) => !own.includes(each))),
    zones: gone ? [] : unique(zones ?? deployed.zones),
    certificate: gone ? null : chosenCertificate(certificate, deployed.certificate),
  };
  const both = wanted.redirects.find((each) => own.includes(each));
  if (both !== undefined) {
    throw refused(`${both} cannot be a domain of the site and redirect to it`, "name it once");
  }
  const all = domainsOf(wanted);
  if (all.length > MOST) {
    throw refused(
      `${all.length} domains are too many: a certificate is for ${MOST}`,
      `at most ${MOST} of --domain and --redirect together`,
    );
  }
  if (!gone && wanted.certificate === null && shortestFirst(all)[0]!.length > LONGEST_COMMON_NAME) {
    throw refused(
      `No certificate can be asked for ${all[0]}: one of its domains must have at most ${LONGEST_COMMON_NAME} characters`,
      "a shorter name as --domain or --redirect, or --certificate",
    );
  }
  return wanted;
}

/** As the parameters of a service stack say it. */
export function deployedDomains(parameters: Readonly<Record<string, string>>): WantedDomains {
  const list = (text: string | undefined) => (text ?? "").split(",").filter((each) => each !== "");
  return {
    names: list(parameters.Domains),
    redirects: list(parameters.Redirects),
    zones: list(parameters.HostedZones),
    certificate: parameters.Certificate || null,
  };
}

/** The same as parameters of the service stack. */
export function asParameters({ names, redirects, zones, certificate }: WantedDomains) {
  return {
    Domains: names.join(","),
    Redirects: redirects.join(","),
    HostedZones: zones.join(","),
    Certificate: certificate ?? "",
  };
}

/** All that need a certificate and records. */
export function domainsOf({
  names,
  redirects,
}: Pick<WantedDomains, "names" | "redirects">): string[] {
  return [...names, ...redirects];
}

/** As a certificate names them: its first name may not be long. */
export function shortestFirst(names: readonly string[]): string[] {
  return names.toSorted((one, other) => one.length - other.length || (one < other ? -1 : 1));
}

function chosenCertificate(typed: string | undefined, deployed: string | null): string | null {
  return typed === "own" ? null : (typed ?? deployed);
}

function unique(names: string[]): string[] {
  return [...new Set(names)];
}

function refused(message: string, hint: string): DslError {
  return new DslError("invalid_domain", message, hint, { exitCode: 2 });
}
