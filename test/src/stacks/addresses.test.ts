/** Where a site is, and which addresses its people may sign in at. */
import { expect, test } from "vitest";
import { publicOrigins, siteAddress } from "../../../src/stacks/addresses.ts";
import type { Role } from "../../../src/stacks/roles.ts";

const API = "https://abc.execute-api.eu-central-1.amazonaws.com/";

function site(parameters: Record<string, string>, distribution?: string) {
  const stack = (name: string, known: Record<string, string>, outputs: Record<string, string>) => ({
    ...{ name, status: "UPDATE_COMPLETE", parameters: known, outputs },
  });
  return new Map<Role, ReturnType<typeof stack>>([
    ["service", stack("shop-service", parameters, { Url: API })],
    ...(distribution === undefined
      ? []
      : [["edge", stack("shop-edge", {}, { DistributionDomainName: distribution })] as const]),
  ]);
}

test("without a domain it is at its API, or at CloudFront in front of that", () => {
  expect(publicOrigins(site({}))).toEqual([API.slice(0, -1)]);
  expect(publicOrigins(site({}, "d1.cloudfront.net"))).toEqual(["https://d1.cloudfront.net"]);
});

test("domains come first, and those that redirect are none", () => {
  const parameters = {
    ...{ Origin: "https://a.example", Domains: "a.example,b.example", Redirects: "www.a.example" },
  };
  expect(siteAddress(site(parameters))).toBe("https://a.example/");
  const named = ["https://a.example", "https://b.example"];
  expect(publicOrigins(site(parameters))).toEqual([...named, API.slice(0, -1)]);
  expect(publicOrigins(site(parameters, "d1.cloudfront.net"))).toEqual([
    ...named,
    "https://d1.cloudfront.net",
  ]);
});

test("a first domain is no address before its certificate is issued", () => {
  expect(publicOrigins(site({ Origin: "", Domains: "a.example" }))).toEqual([API.slice(0, -1)]);
});

test("while another domain waits for its certificate, people go on signing in at the one of before", () => {
  const waiting = site({ Origin: "https://old.example", Domains: "new.example" });
  expect(publicOrigins(waiting)).toEqual([
    ...["https://old.example", "https://new.example", API.slice(0, -1)],
  ]);
  expect(siteAddress(waiting)).toBe("https://old.example/");
});
