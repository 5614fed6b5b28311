/** What is done for a site's domains, by what is known of them and their certificate. */
import { expect, test } from "vitest";
import { domainParameters } from "../../../src/plan/domain-stack.ts";
import {
  type CertificateFact,
  type DomainFact,
  planDomains,
} from "../../../src/plan/plan-domains.ts";

const NAMES = ["data.example.com", "a.org"];
const WANTED = { names: ["data.example.com"], redirects: ["a.org"], zones: [], certificate: null };
const ZONE = { id: "Z1", name: "example.com" };
const PROOF = { name: "_1.data.example.com", value: "_2.acm-validations.aws" };
const ELSEWHERE = { name: "_3.a.org", value: "_4.acm-validations.aws" };
const IN_ZONE: DomainFact = { name: "data.example.com", zone: ZONE, isProvenByOthers: false };
const OUTSIDE: DomainFact = { name: "a.org", zone: null, isProvenByOthers: false };
const BOTH = [IN_ZONE, OUTSIDE];
const OLD_ARN = "arn:old";
/** The stack of a site that is served at another domain. */
const SERVED = domainParameters(
  [{ name: "old.example.com", zone: "Z1", proof: null, isServed: true }],
  { apiId: "api", certificateArn: OLD_ARN, distribution: "none" },
) as Record<string, string>;
const OLD = { name: "old.example.com", zone: "Z1", proof: null, isServed: true };

function certificate(state: CertificateFact["state"], isOwn = true): CertificateFact {
  return {
    arn: "arn:new",
    region: "eu-central-1",
    isOwn,
    state,
    failure: null,
    proofs: new Map([
      ["data.example.com", PROOF],
      ["a.org", ELSEWHERE],
    ]),
    unproven: NAMES,
  };
}

const plan = (
  domains: DomainFact[],
  found: CertificateFact | null,
  current: Record<string, string> | null = null,
  isByApi = true,
) =>
  planDomains(
    WANTED,
    { domains, certificate: found, region: "eu-central-1" },
    current,
    "old",
    isByApi,
  );

test("without a certificate one is asked for, with the shortest name first, and nothing else changes", () => {
  const request = { action: "request", names: ["a.org", "data.example.com"], replaces: null };
  expect(plan(BOTH, null)).toMatchObject({ entries: [], next: request, aliases: null });
  expect(plan(BOTH, null, SERVED)).toMatchObject({
    ...{ entries: [OLD], certificateArn: OLD_ARN, origin: "old", next: request, aliases: null },
  });
});

test("in the place of one that failed another is asked for", () => {
  const failed = certificate("failed");
  expect(plan(BOTH, failed).next).toMatchObject({ action: "request", replaces: failed });
});

test("while it is waited for, what is served stays, and the zone gets the record that proves the new one", () => {
  const { entries, certificateArn, origin, next } = plan(BOTH, certificate("pending"), SERVED);
  expect(entries).toEqual([
    OLD,
    { name: "data.example.com", zone: "Z1", proof: PROOF, isServed: false },
  ]);
  expect([certificateArn, origin, next?.action]).toEqual([OLD_ARN, "old", "wait"]);
});

test("a record that somebody else made is made by nobody a second time", () => {
  const proven = { ...IN_ZONE, isProvenByOthers: true };
  expect(plan([proven, OUTSIDE], certificate("pending")).entries).toEqual([]);
});

test("when it is issued all are served, the first is the address, and the old one goes", () => {
  expect(plan(BOTH, certificate("issued"), SERVED)).toEqual({
    entries: [
      { name: "data.example.com", zone: "Z1", proof: PROOF, isServed: true },
      { name: "a.org", zone: null, proof: null, isServed: true },
    ],
    certificateArn: "arn:new",
    next: null,
    aliases: NAMES,
    origin: "https://data.example.com",
  });
});

test("a certificate that is not dsl's is proven by whoever made it", () => {
  const { entries } = plan(BOTH, certificate("issued", false));
  expect(entries.map(({ proof }) => proof)).toEqual([null, null]);
});

test("at CloudFront a domain whose DNS is elsewhere needs no stack: CloudFormation takes none without resources", () => {
  expect(plan([OUTSIDE], certificate("issued"), null, false)).toMatchObject({
    entries: [],
    aliases: NAMES,
  });
  expect(plan([OUTSIDE], certificate("issued")).entries).toHaveLength(1);
  expect(plan(BOTH, certificate("issued"), null, false).entries).toHaveLength(2);
});

test("without domains the stack and the names go", () => {
  const none = { names: [], redirects: [], zones: [], certificate: null };
  const facts = { domains: [], certificate: null, region: "eu-central-1" };
  expect(planDomains(none, facts, SERVED, "https://old.example.com", true)).toEqual({
    ...{ entries: [], certificateArn: null, next: null, aliases: [], origin: "" },
  });
});
