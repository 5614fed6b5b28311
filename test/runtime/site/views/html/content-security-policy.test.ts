import { expect, test } from "vitest";
import { Links } from "../../../../../runtime/site/links.ts";
import type { Layout } from "../../../../../runtime/site/pages/layout.ts";
import { contentSecurityPolicy } from "../../../../../runtime/site/views/html/content-security-policy.ts";

const layout: Layout = {
  links: new Links("/", "http://localhost"),
  alternateJson: null,
  canonicalHref: null,
  crumbs: [],
  siteMetadata: {},
  version: null,
  publishedAt: null,
  cssUrls: [],
  jsUrls: [],
  lookHref: null,
  logoUrl: null,
  cardHref: null,
  otherVersion: null,
  signOutHref: null,
  past: null,
  truncateCells: 0,
};

const asset = (url: string) => ({ url, integrity: null, module: false });

test("allows nothing inline and nothing from elsewhere", () => {
  const policy = contentSecurityPolicy(layout);
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
  expect(policy).not.toMatch(/unsafe|https?:/);
});

test("allows the hosts that the configuration names, for what it names them", () => {
  const policy = contentSecurityPolicy({
    ...layout,
    cssUrls: [asset("https://styles.example.com/a.css"), asset("/static/own.css")],
    jsUrls: [asset("//scripts.example.com/b.js")],
    siteMetadata: { map_tile_url: "https://{s}.tiles.example.com/{z}/{x}/{y}.png" },
  });
  expect(policy).toContain("script-src 'self' https://scripts.example.com;");
  expect(policy).toContain("style-src 'self' https://styles.example.com;");
  expect(policy).toContain("img-src 'self' data: https://a.tiles.example.com;");
});

test("cannot be widened by what else is in a URL", () => {
  const policy = contentSecurityPolicy({
    ...layout,
    jsUrls: [asset("https://a.example.com/; script-src *")],
  });
  expect(policy).toContain("script-src 'self' https://a.example.com;");
  expect(policy).not.toContain("*");
});
