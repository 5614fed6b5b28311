/** Which domains are served, and where their records have to lead: at the API, at CloudFront, and at both in turn. */
import { expect, test } from "vitest";
import { servedDomains } from "../../../src/domains/served-domains.ts";
import { type DomainEntry, domainParameters, partOf } from "../../../src/plan/domain-stack.ts";
import { describeDomain, domainsIn } from "../../../src/sites/domain-status.ts";

const stack = (parameters: object, outputs: Record<string, string> = {}) => ({
  ...{ name: "shop-x", status: "UPDATE_COMPLETE", id: "x", tags: {}, description: "", outputs },
  parameters: parameters as Record<string, string>,
});
const entry = (name: string, zone: string | null, isServed = true): DomainEntry => ({
  ...{ name, zone, proof: null, isServed },
});
const domainStack = (entries: DomainEntry[], outputs: Record<string, string>) =>
  stack(
    domainParameters(entries, { apiId: "api", certificateArn: "arn", distribution: "none" }),
    outputs,
  );
const service = stack({ Domains: "data.example.org", Redirects: "www.example.org" });
const edge = stack(
  { Aliases: "data.example.org,www.example.org", CertificateArn: "arn" },
  { DistributionDomainName: "d111.cloudfront.net" },
);

test("at the API a record leads to what API Gateway has for the domain", () => {
  const outputs = { [`Target${partOf("data.example.org")}`]: "d-abc.execute-api.test" };
  const entries = [entry("data.example.org", null), entry("new.example.org", "Z1", false)];
  expect(servedDomains(new Map([["domain", domainStack(entries, outputs)]]))).toEqual([
    { name: "data.example.org", zone: null, target: "d-abc.execute-api.test" },
  ]);
});

test("at CloudFront a domain whose DNS is elsewhere is served without a stack, and its record leads there", () => {
  const stacks = new Map([
    ["service", service],
    ["edge", edge],
  ] as const);
  expect(servedDomains(stacks)).toEqual([
    { name: "data.example.org", zone: null, target: "d111.cloudfront.net" },
    { name: "www.example.org", zone: null, target: "d111.cloudfront.net" },
  ]);
  expect(domainsIn({ stacks: stacks as never }).map(describeDomain)).toEqual([
    "data.example.org: served, its records are made elsewhere",
    "www.example.org: redirects to data.example.org, its records are made elsewhere",
  ]);
});

test("beside another that has a zone, its record leads to CloudFront as well", () => {
  const domain = domainStack([entry("data.example.org", "Z1"), entry("www.example.org", null)], {});
  const served = servedDomains(new Map([["edge", edge] as const, ["domain", domain] as const]));
  expect(served.map(({ zone, target }) => [zone, target])).toEqual([
    ["Z1", "d111.cloudfront.net"],
    [null, "d111.cloudfront.net"],
  ]);
});

test("without a certificate nothing is served, and status says what it waits for", () => {
  const waiting = stack({ Aliases: "" }, { DistributionDomainName: "d111.cloudfront.net" });
  const stacks = new Map([
    ["service", service],
    ["edge", waiting],
  ] as const);
  expect(servedDomains(stacks)).toEqual([]);
  expect(domainsIn({ stacks: stacks as never }).map(describeDomain)[0]).toBe(
    "data.example.org: waits for its certificate (dsl update-stack again goes on with it)",
  );
});
