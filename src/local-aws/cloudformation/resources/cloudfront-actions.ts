/** What CloudFormation calls for resources of CloudFront. */
import { always, type HandlerActions } from "./handler-action.ts";

function cloudFront(path: string, name: string): HandlerActions {
  const get = `cloudfront:Get${name}`;
  return {
    arn: (id, { account }) => `arn:aws:cloudfront::${account}:${path}/${id}`,
    actions: {
      create: always(`cloudfront:Create${name}`),
      update: always(`cloudfront:Update${name}`, get),
      delete: always(`cloudfront:Delete${name}`, get),
    },
  };
}

export const CLOUDFRONT_ACTIONS: Readonly<Record<string, HandlerActions>> = {
  "AWS::CloudFront::CachePolicy": cloudFront("cache-policy", "CachePolicy"),
  "AWS::CloudFront::OriginRequestPolicy": cloudFront(
    "origin-request-policy",
    "OriginRequestPolicy",
  ),
  "AWS::CloudFront::ResponseHeadersPolicy": cloudFront(
    "response-headers-policy",
    "ResponseHeadersPolicy",
  ),
  "AWS::CloudFront::Function": {
    arn: (id) => id,
    actions: {
      create: always(
        "cloudfront:CreateFunction",
        "cloudfront:PublishFunction",
        "cloudfront:DescribeFunction",
      ),
      update: always(
        "cloudfront:UpdateFunction",
        "cloudfront:PublishFunction",
        "cloudfront:DescribeFunction",
      ),
      delete: always("cloudfront:DeleteFunction", "cloudfront:DescribeFunction"),
    },
  },
  "AWS::CloudFront::Distribution": {
    arn: (id, { account }) => `arn:aws:cloudfront::${account}:distribution/${id}`,
    actions: {
      create: always(
        "cloudfront:CreateDistribution",
        "cloudfront:GetDistribution",
        "cloudfront:GetDistributionConfig",
        "cloudfront:TagResource",
      ),
      update: always(
        "cloudfront:UpdateDistribution",
        "cloudfront:GetDistribution",
        "cloudfront:GetDistributionConfig",
        "cloudfront:ListTagsForResource",
        "cloudfront:TagResource",
        "cloudfront:UntagResource",
      ),
      delete: always(
        "cloudfront:UpdateDistribution",
        "cloudfront:DeleteDistribution",
        "cloudfront:GetDistribution",
        "cloudfront:GetDistributionConfig",
      ),
    },
  },
};
