/** The three kinds of policies of CloudFront. */
import { z } from "zod";
import type { Choice, Policy } from "../../cloudfront/policies.ts";
import { flag, integer, oneOf, text } from "./properties.ts";
import { defineResource } from "./resource-type.ts";

/** Headers that no policy may have: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-origin-requests.html */
const NOT_IN_POLICIES = ["accept-encoding", "connection", "cookie", "expect", "upgrade", "via"];

const policyName = text.pipe(z.string().regex(/^[\w-]{1,128}$/));
const headerNames = z
  .array(text.transform((name) => name.toLowerCase()))
  .refine(
    (names) => !names.some((name) => NOT_IN_POLICIES.includes(name)),
    "a header is not allowed in a policy",
  );
const cookies = z.strictObject({ CookieBehavior: oneOf("none", "all") });
const queryStrings = z.strictObject({ QueryStringBehavior: oneOf("none", "all") });

const cacheProperties = z.strictObject({
  CachePolicyConfig: z
    .strictObject({
      Name: policyName,
      Comment: text.optional(),
      MinTTL: integer(),
      DefaultTTL: integer(),
      MaxTTL: integer(),
      ParametersInCacheKeyAndForwardedToOrigin: z.strictObject({
        EnableAcceptEncodingBrotli: flag.optional(),
        EnableAcceptEncodingGzip: flag,
        CookiesConfig: cookies,
        HeadersConfig: z.strictObject({
          HeaderBehavior: oneOf("none", "whitelist"),
          Headers: headerNames.min(1).max(10).optional(),
        }),
        QueryStringsConfig: queryStrings,
      }),
    })
    .refine(
      ({ MinTTL, DefaultTTL, MaxTTL }) => MinTTL <= DefaultTTL && DefaultTTL <= MaxTTL,
      "MinTTL, DefaultTTL and MaxTTL must not fall",
    ),
});

export const cachePolicy = defineResource({
  name: "AWS::CloudFront::CachePolicy",
  service: "CloudFront",
  properties: cacheProperties,
  replacing: [],
  attributes: ["Id"],

  async create({ properties, token }, { policies }) {
    return physical(policies.create(cachePolicyOf(properties), token));
  },
  async update({ properties }, { id }, { policies }) {
    policies.update(id, cachePolicyOf(properties));
    return physical(id);
  },
  async delete({ id }, { policies, distributions }) {
    distributions.requireUnused(id);
    policies.delete(id);
  },
});

const originProperties = z.strictObject({
  OriginRequestPolicyConfig: z.strictObject({
    Name: policyName,
    Comment: text.optional(),
    CookiesConfig: cookies,
    HeadersConfig: z.strictObject({
      HeaderBehavior: oneOf("none", "whitelist", "allViewer", "allExcept"),
      Headers: headerNames
        .min(1)
        .max(10)
        // What lets somebody in would reach the origin of answers that are kept for all.
        .refine((names) => !names.includes("authorization"), "authorization is not allowed")
        .optional(),
    }),
    QueryStringsConfig: queryStrings,
  }),
});

export const originRequestPolicy = defineResource({
  name: "AWS::CloudFront::OriginRequestPolicy",
  service: "CloudFront",
  properties: originProperties,
  replacing: [],
  attributes: ["Id"],

  async create({ properties, token }, { policies }) {
    return physical(policies.create(originPolicyOf(properties), token));
  },
  async update({ properties }, { id }, { policies }) {
    policies.update(id, originPolicyOf(properties));
    return physical(id);
  },
  async delete({ id }, { policies, distributions }) {
    distributions.requireUnused(id);
    policies.delete(id);
  },
});

const responseProperties = z.strictObject({
  ResponseHeadersPolicyConfig: z.strictObject({
    Name: policyName,
    Comment: text.optional(),
    SecurityHeadersConfig: z.strictObject({
      ContentTypeOptions: z.strictObject({ Override: flag }).optional(),
      ReferrerPolicy: z
        .strictObject({
          Override: flag,
          ReferrerPolicy: oneOf("no-referrer", "same-origin", "strict-origin-when-cross-origin"),
        })
        .optional(),
      StrictTransportSecurity: z
        .strictObject({
          AccessControlMaxAgeSec: integer(),
          IncludeSubdomains: flag.optional(),
          Override: flag,
          Preload: flag.optional(),
        })
        .optional(),
    }),
  }),
});

export const responseHeadersPolicy = defineResource({
  name: "AWS::CloudFront::ResponseHeadersPolicy",
  service: "CloudFront",
  properties: responseProperties,
  replacing: [],
  attributes: ["Id"],

  async create({ properties, token }, { policies }) {
    return physical(policies.create(responsePolicyOf(properties), token));
  },
  async update({ properties }, { id }, { policies }) {
    policies.update(id, responsePolicyOf(properties));
    return physical(id);
  },
  async delete({ id }, { policies, distributions }) {
    distributions.requireUnused(id);
    policies.delete(id);
  },
});

function cachePolicyOf({ CachePolicyConfig: given }: z.output<typeof cacheProperties>): Policy {
  const key = given.ParametersInCacheKeyAndForwardedToOrigin;
  return {
    kind: "cache-policy",
    name: given.Name,
    minTtl: given.MinTTL,
    defaultTtl: given.DefaultTTL,
    maxTtl: given.MaxTTL,
    gzip: key.EnableAcceptEncodingGzip,
    brotli: key.EnableAcceptEncodingBrotli ?? false,
    headers: choice(key.HeadersConfig.HeaderBehavior, key.HeadersConfig.Headers),
    cookies: choice(key.CookiesConfig.CookieBehavior),
    queryStrings: choice(key.QueryStringsConfig.QueryStringBehavior),
  };
}

function originPolicyOf(properties: z.output<typeof originProperties>): Policy {
  const given = properties.OriginRequestPolicyConfig;
  return {
    kind: "origin-request-policy",
    name: given.Name,
    headers: choice(given.HeadersConfig.HeaderBehavior, given.HeadersConfig.Headers),
    cookies: choice(given.CookiesConfig.CookieBehavior),
    queryStrings: choice(given.QueryStringsConfig.QueryStringBehavior),
  };
}

function responsePolicyOf(properties: z.output<typeof responseProperties>): Policy {
  const { Name: name, SecurityHeadersConfig: given } = properties.ResponseHeadersPolicyConfig;
  const { ContentTypeOptions, ReferrerPolicy, StrictTransportSecurity: hsts } = given;
  return {
    kind: "response-headers-policy",
    name,
    headers: [
      ...(ContentTypeOptions
        ? [
            {
              name: "x-content-type-options",
              value: "nosniff",
              override: ContentTypeOptions.Override,
            },
          ]
        : []),
      ...(ReferrerPolicy
        ? [
            {
              name: "referrer-policy",
              value: ReferrerPolicy.ReferrerPolicy,
              override: ReferrerPolicy.Override,
            },
          ]
        : []),
      ...(hsts
        ? [
            {
              name: "strict-transport-security",
              value: `max-age=${hsts.AccessControlMaxAgeSec}`,
              override: hsts.Override,
            },
          ]
        : []),
    ],
  };
}

function choice(behavior: Choice["behavior"], names: string[] = []): Choice {
  return { behavior, names };
}

function physical(id: string) {
  return { id, attributes: { Id: id } };
}
