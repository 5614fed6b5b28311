/**
 * Certificates with the states that ACM gives them: pending until the DNS has the records that prove the
 * domains, in a zone of this account or (`Zones.setElsewhere`) of another one.
 */
import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import { readJson, writeJson } from "../common/json-file.ts";
import { AwsFault } from "../common/service.ts";
import type { Zones } from "../route53/zones.ts";

/** ACM gives up after 72 hours. */
const PATIENCE_MS = 72 * 60 * 60 * 1000;
/** The same token within an hour is the same request. */
const TOKEN_MS = 60 * 60 * 1000;
/** The quota of a new account. */
const MOST_NAMES = 10;
/** Of the common name, which is the first name. */
const LONGEST_FIRST = 64;

export interface Certificate {
  arn: string;
  region: string;
  /** The first is the common name. */
  names: string[];
  tags: Record<string, string>;
  token: string | null;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** Once it is, it stays: ACM renews it by itself. */
  isIssued: boolean;
  /** The records that prove the domains are made up a moment after the request. */
  hasRecords: boolean;
}

export type CertificateStatus = "PENDING_VALIDATION" | "ISSUED" | "FAILED" | "VALIDATION_TIMED_OUT";

interface State {
  certificates: Certificate[];
  /** Domains whose CAA records name other authorities. */
  forbidden: string[];
}

export class Certificates {
  readonly #path: string;
  readonly #accountId: string;
  readonly #zones: Zones;
  readonly #users: ((arn: string) => string[])[] = [];
  #state: State;

  constructor(home: string, accountId: string, zones: Zones) {
    this.#path = join(home, "acm", "certificates.json");
    this.#accountId = accountId;
    this.#zones = zones;
    this.#state = readJson<State>(this.#path) ?? { certificates: [], forbidden: [] };
  }

  /** Something that may use certificates: `find` gives the ARNs of what uses one. */
  usedBy(find: (arn: string) => string[]): void {
    this.#users.push(find);
  }

  /** ARNs of what uses a certificate. */
  users(arn: string): string[] {
    return this.#users.flatMap((find) => find(arn));
  }

  /** Throws ValidationException or LimitExceededException. */
  request(
    region: string,
    names: string[],
    tags: Record<string, string>,
    token: string | null,
  ): Certificate {
    const wrong = names.find(
      (name) => !/^(\*\.)?([a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*$/.test(name),
    );
    if (wrong !== undefined) throw invalid(`${wrong} is no domain name`);
    if (names[0]!.length > LONGEST_FIRST) {
      throw invalid("The first domain name you enter cannot exceed 64 octets, including periods.");
    }
    if (names.length > MOST_NAMES) {
      throw new AwsFault(
        "LimitExceededException",
        `Error: the number of domain names exceeds ${MOST_NAMES}`,
      );
    }
    const same = this.#state.certificates.find(
      (each) =>
        token !== null &&
        each.token === token &&
        each.region === region &&
        each.names.join() === names.join() &&
        Date.now() - each.createdAt < TOKEN_MS,
    );
    if (same !== undefined) return same;
    const arn = `arn:aws:acm:${region}:${this.#accountId}:certificate/${randomUUID()}`;
    const made = {
      arn,
      region,
      names,
      tags,
      token,
      createdAt: Date.now(),
      isIssued: false,
      hasRecords: false,
    };
    this.#save({ certificates: [...this.#state.certificates, made] });
    return made;
  }

  list(region: string): Certificate[] {
    return this.#state.certificates.filter((each) => each.region === region);
  }

  /** Throws ResourceNotFoundException, also for one in another region. */
  get(region: string, arn: string): Certificate {
    const found = this.list(region).find((each) => each.arn === arn);
    if (found !== undefined) return found;
    throw new AwsFault("ResourceNotFoundException", `Could not find certificate ${arn}.`);
  }

  /** A certificate without records has them from the next time on. */
  seen(certificate: Certificate): void {
    if (!certificate.hasRecords) this.#change(certificate.arn, { hasRecords: true });
  }

  /** Throws ResourceNotFoundException or ResourceInUseException. */
  delete(region: string, arn: string): void {
    this.get(region, arn);
    const users = this.users(arn);
    if (users.length > 0) {
      throw new AwsFault(
        "ResourceInUseException",
        `Certificate ${arn} in account ${this.#accountId} is in use.`,
      );
    }
    this.#save({ certificates: this.#state.certificates.filter((each) => each.arn !== arn) });
  }

  /** As the DNS is now. */
  statusOf(certificate: Certificate): CertificateStatus {
    const { arn, names, isIssued, createdAt } = certificate;
    if (isIssued) return "ISSUED";
    const { forbidden } = this.#state;
    if (
      names.some((name) =>
        forbidden.some((domain) => name === domain || name.endsWith(`.${domain}`)),
      )
    ) {
      return "FAILED";
    }
    if (names.every((name) => this.isProven(name))) {
      this.#change(arn, { isIssued: true });
      return "ISSUED";
    }
    return Date.now() - createdAt > PATIENCE_MS ? "VALIDATION_TIMED_OUT" : "PENDING_VALIDATION";
  }

  isProven(domain: string): boolean {
    const { name, value } = this.recordFor(domain);
    return this.#zones.hasCname(name, value);
  }

  /** The CNAME that proves a domain: for one account always the same. */
  recordFor(domain: string): { name: string; value: string } {
    const base = domain.replace(/^\*\./, "");
    const digest = (what: string) =>
      createHash("md5").update(`${what} ${this.#accountId} ${base}`).digest("hex");
    return {
      name: `_${digest("name")}.${base}.`,
      value: `_${digest("value")}.${digest("zone").slice(0, 10)}.acm-validations.aws.`,
    };
  }

  /** Domains for which no certificate may be given from now on. */
  forbid(domains: string[]): void {
    this.#save({ forbidden: domains });
  }

  /** The certificate of this ARN, if it can be used for a name in a region. Throws BadRequestException. */
  requireUsable(region: string, arn: string, domain: string): Certificate {
    const certificate = this.list(region).find((each) => each.arn === arn);
    if (certificate === undefined) {
      throw new AwsFault(
        "BadRequestException",
        `Invalid certificate ARN: ${arn}. Certificate must be in '${region}'.`,
      );
    }
    if (this.statusOf(certificate) !== "ISSUED") {
      throw new AwsFault(
        "BadRequestException",
        `Unsupported certificate, ARN: ${arn}, status: ${this.statusOf(certificate)}`,
      );
    }
    const wildcard = domain.replace(/^[^.]+/, "*");
    if (!certificate.names.some((name) => name === domain || name === wildcard)) {
      throw new AwsFault("BadRequestException", `The certificate ${arn} does not cover ${domain}.`);
    }
    return certificate;
  }

  #change(arn: string, change: Partial<Certificate>): void {
    this.#save({
      certificates: this.#state.certificates.map((each) =>
        each.arn === arn ? { ...each, ...change } : each,
      ),
    });
  }

  #save(changed: Partial<State>): void {
    this.#state = { ...this.#state, ...changed };
    writeJson(this.#path, this.#state);
  }
}

function invalid(message: string): AwsFault {
  return new AwsFault("ValidationException", message);
}
