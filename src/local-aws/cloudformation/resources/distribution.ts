import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import {
  type Distribution,
  type DistributionConfig,
  domainNameOf,
} from "../../cloudfront/distributions.ts";
import { AwsFault } from "../../common/service.ts";
import { flag, integer, oneOf, tagList, text } from "./properties.ts";
import { defineResource, type Physical, type Services } from "./resource-type.ts";

/** Until a change has reached every location; minutes with AWS. */
const DEPLOYING_MS = 200;

const methods = oneOf("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE");
/** Those whose answers can be kept for another time than ten seconds. */
const errorCode = integer(400, 504).refine((code) =>
  [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504].includes(code as number),
);

const properties = z.strictObject({
  Tags: tagList.optional(),
  DistributionConfig: z
    .strictObject({
      Aliases: z.array(text.pipe(z.string().regex(/^[\w*][\w.-]*\.[a-z]{2,}$/i))).optional(),
      Comment: text.pipe(z.string().max(128)).optional(),
      Enabled: flag,
      HttpVersion: oneOf("http1.1", "http2", "http3", "http2and3").optional(),
      IPV6Enabled: flag.optional(),
      PriceClass: oneOf("PriceClass_100", "PriceClass_200", "PriceClass_All").optional(),
      WebACLId: text.optional(),
      Logging: z
        .strictObject({
          Bucket: text.pipe(z.string().regex(/^[a-z0-9.-]+\.s3(\.[\w-]+)?\.amazonaws\.com$/)),
          IncludeCookies: flag.optional(),
          Prefix: text.optional(),
        })
        .optional(),
      ViewerCertificate: z.union([
        z.strictObject({ CloudFrontDefaultCertificate: flag }),
        z.strictObject({
          AcmCertificateArn: text.pipe(
            z.string().regex(/^arn:aws:acm:us-east-1:\d{12}:certificate\/[\w-]+$/),
          ),
          MinimumProtocolVersion: oneOf("TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.3_2025"),
          SslSupportMethod: oneOf("sni-only"),
        }),
      ]),
      Origins: z
        .array(
          z.strictObject({
            Id: text,
            DomainName: text.pipe(z.string().regex(/^[\w.-]+\.[a-z]{2,}$/)),
            CustomOriginConfig: z.strictObject({
              HTTPSPort: integer(443, 443).optional(),
              OriginProtocolPolicy: oneOf("https-only"),
              OriginSSLProtocols: z.array(oneOf("TLSv1.2")).optional(),
              OriginReadTimeout: integer(1, 120).optional(),
              OriginKeepaliveTimeout: integer(1, 120).optional(),
            }),
            OriginCustomHeaders: z
              .array(z.strictObject({ HeaderName: text, HeaderValue: text }))
              .max(30)
              .optional(),
          }),
        )
        .min(1),
      DefaultCacheBehavior: z.strictObject({
        TargetOriginId: text,
        ViewerProtocolPolicy: oneOf("allow-all", "https-only", "redirect-to-https"),
        AllowedMethods: z.array(methods).optional(),
        CachedMethods: z.array(methods).optional(),
        CachePolicyId: text,
        Compress: flag.optional(),
        OriginRequestPolicyId: text.optional(),
        ResponseHeadersPolicyId: text.optional(),
        FunctionAssociations: z
          .array(z.strictObject({ EventType: oneOf("viewer-request"), FunctionARN: text }))
          .max(1)
          .optional(),
      }),
      CustomErrorResponses: z
        .array(z.strictObject({ ErrorCode: errorCode, ErrorCachingMinTTL: integer() }))
        .optional(),
    })
    .refine(
      ({ Aliases = [], ViewerCertificate }) =>
        Aliases.length === 0 || "AcmCertificateArn" in ViewerCertificate,
      "aliases need a certificate",
    ),
});

type Properties = z.output<typeof properties>;

export const distribution = defineResource({
  name: "AWS::CloudFront::Distribution",
  service: "CloudFront",
  properties,
  replacing: [],
  attributes: ["DomainName", "Id"],
  tags: "list",

  async create({ properties, token }, services) {
    const config = configOf(properties, services);
    return deployed(await services.distributions.create(config, token), services);
  },

  async update({ properties }, { id }, services) {
    const config = configOf(properties, services);
    return deployed(services.distributions.update(id, config), services);
  },

  async delete({ id }, services) {
    const existing = services.distributions.find(id);
    if (existing === undefined) return;
    const disabled = { ...existing.config, enabled: false };
    await deployed(services.distributions.update(id, disabled), services);
    await services.distributions.delete(id);
  },
});

/** CloudFormation waits for the status Deployed. */
async function deployed(made: Distribution, { distributions }: Services): Promise<Physical> {
  await sleep(DEPLOYING_MS);
  distributions.deployed(made.id);
  return { id: made.id, attributes: { DomainName: domainNameOf(made), Id: made.id } };
}

/** Throws InvalidArgument for what is named and not there. */
function configOf(
  { DistributionConfig: given }: Properties,
  { policies, edgeFunctions, certificates }: Services,
): DistributionConfig {
  const behavior = given.DefaultCacheBehavior;
  const origins = given.Origins.map(({ Id, DomainName, OriginCustomHeaders = [] }) => ({
    id: Id,
    domainName: DomainName,
    headers: Object.fromEntries(
      OriginCustomHeaders.map(({ HeaderName, HeaderValue }) => [
        HeaderName.toLowerCase(),
        HeaderValue,
      ]),
    ),
  }));
  if (!origins.some(({ id }) => id === behavior.TargetOriginId)) {
    throw new AwsFault("NoSuchOrigin", `No origin exists with the specified Origin Id.`, 404);
  }
  policies.find("cache-policy", behavior.CachePolicyId);
  const { OriginRequestPolicyId = null, ResponseHeadersPolicyId = null } = behavior;
  if (OriginRequestPolicyId !== null) policies.find("origin-request-policy", OriginRequestPolicyId);
  if (ResponseHeadersPolicyId !== null) {
    policies.find("response-headers-policy", ResponseHeadersPolicyId);
  }
  const viewerRequest = behavior.FunctionAssociations?.[0]?.FunctionARN ?? null;
  if (viewerRequest !== null && !edgeFunctions.has(viewerRequest)) {
    throw new AwsFault("InvalidFunctionAssociation", `There is no function ${viewerRequest}.`);
  }
  const { ViewerCertificate, Aliases = [] } = given;
  const certificateArn =
    "AcmCertificateArn" in ViewerCertificate ? ViewerCertificate.AcmCertificateArn : null;
  if (certificateArn !== null) {
    for (const alias of Aliases) certificates.requireUsable("us-east-1", certificateArn, alias);
  }
  return {
    enabled: given.Enabled,
    comment: given.Comment ?? "",
    aliases: Aliases,
    certificateArn,
    origins,
    behavior: {
      originId: behavior.TargetOriginId,
      allowedMethods: behavior.AllowedMethods ?? ["GET", "HEAD"],
      compress: behavior.Compress ?? false,
      cachePolicy: behavior.CachePolicyId,
      originRequestPolicy: OriginRequestPolicyId,
      responseHeadersPolicy: ResponseHeadersPolicyId,
      viewerRequest,
    },
    errorSeconds: Object.fromEntries(
      (given.CustomErrorResponses ?? []).map(({ ErrorCode, ErrorCachingMinTTL }) => [
        String(ErrorCode),
        ErrorCachingMinTTL,
      ]),
    ),
  };
}
