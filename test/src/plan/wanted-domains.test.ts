/** Which domains a site is to have: what is said now, else what was said before. */
import { expect, test } from "vitest";
import {
  asParameters,
  type DomainChoice,
  deployedDomains,
  shortestFirst,
  wantedDomains,
} from "../../../src/plan/wanted-domains.ts";

const ARN = "arn:aws:acm:eu-central-1:123456789012:certificate/abc";
const DEPLOYED = asParameters({
  names: ["data.example.com", "daten.example.com"],
  redirects: ["www.example.com"],
  zones: ["Z123"],
  certificate: ARN,
});
const NOTHING_SAID = deployedDomains(DEPLOYED);

const many = (count: number) => Array.from({ length: count }, (_, at) => `d${at}.example.com`);

test("what is not said stays as it is deployed; a site of before domains has none", () => {
  expect(wantedDomains({}, DEPLOYED)).toEqual(NOTHING_SAID);
  expect(wantedDomains({}, {})).toEqual({ names: [], redirects: [], zones: [], certificate: null });
});

test.each<[string, DomainChoice, object]>([
  ["other names", { names: ["new.example.com"] }, { names: ["new.example.com"] }],
  ["a name twice", { names: ["a.example", "a.example"] }, { names: ["a.example"] }],
  ["no redirects", { redirects: [] }, { redirects: [] }],
  [
    "what redirected is a domain now",
    { names: ["www.example.com"] },
    { names: ["www.example.com"], redirects: [] },
  ],
  ["other zones", { zones: ["none"] }, { zones: ["none"] }],
  ["a certificate of dsl's again", { certificate: "own" }, { certificate: null }],
])("said: %s; the rest stays", (_what, choice, changed) => {
  expect(wantedDomains(choice, DEPLOYED)).toEqual({ ...NOTHING_SAID, ...changed });
});

test("without domains nothing of them is left for later ones", () => {
  expect(wantedDomains({ names: [], certificate: ARN, zones: ["Z9"] }, DEPLOYED)).toEqual(
    wantedDomains({}, {}),
  );
});

test.each<[DomainChoice, string]>([
  [{ names: [], redirects: ["www.example.com"] }, "www.example.com cannot redirect"],
  [{ names: ["a.example"], redirects: ["a.example"] }, "a.example cannot be a domain of the site"],
  [
    { names: many(8), redirects: ["x.example", "y.example", "z.example"] },
    "11 domains are too many",
  ],
  [
    { names: [`${"a".repeat(60)}.example`], redirects: [], certificate: "own" },
    "at most 64 characters",
  ],
])("%j is refused", (choice, says) => {
  expect(() => wantedDomains(choice, DEPLOYED)).toThrow(says);
});

test("ten are not too many, and one short name of them is enough for a certificate", () => {
  const names = [`${"a".repeat(63)}.example`, ...many(8)];
  const wanted = wantedDomains({ names, certificate: "own" }, DEPLOYED);
  expect(wanted.names).toHaveLength(9);
  expect(shortestFirst(names)[0]).toBe("d0.example.com");
});
