/** The options of `update-stack` about CloudFront: docs/cloudfront.md. */
import type { Option } from "./option.ts";

/** As the command gets them; absent is what was not given. */
export interface EdgeFlags {
  /** false: no more. */
  cloudfront?: boolean;
  /** Seconds. */
  cloudfrontTtl?: number;
  cloudfrontPriceClass?: "100" | "200" | "all";
  cloudfrontLogs?: boolean;
  /** An ARN, or `none`. */
  cloudfrontWebAcl?: string;
  cloudfrontNewSecret?: boolean;
}

export const EDGE_OPTIONS: readonly Option[] = [
  {
    name: "cloudfront",
    help: "put CloudFront in front of the API, which then answers nobody else",
    negated: "take CloudFront away; the API answers visitors itself",
    kind: { type: "switch" },
    isKept: true,
  },
  {
    name: "cloudfront-ttl",
    value: "<seconds>",
    help: "CloudFront keeps answers so long before it asks again",
    kind: { type: "number", from: 1, to: 86_400 },
    defaultIs: "60",
    isKept: true,
  },
  {
    name: "cloudfront-price-class",
    value: "<class>",
    help: "where CloudFront answers: 100 North America and Europe, 200 most of the world, all",
    kind: { type: "choice", among: ["100", "200", "all"] },
    defaultIs: "all",
    isKept: true,
  },
  {
    name: "cloudfront-logs",
    help: "log requests at CloudFront into a bucket, as long as the function's log is kept",
    kind: { type: "switch" },
    isKept: true,
  },
  {
    name: "cloudfront-web-acl",
    value: "<arn>",
    help: "a web ACL of WAF in front of CloudFront, or none",
    kind: {
      type: "text",
      pattern: /^(none|arn:aws:wafv2:us-east-1:\d{12}:global\/webacl\/\S+)$/,
      mustBe:
        "It must be the ARN of a web ACL with the scope CLOUDFRONT, arn:aws:wafv2:us-east-1:123456789012:global/webacl/NAME/ID, or none.",
    },
    isKept: true,
  },
  {
    name: "cloudfront-new-secret",
    help: "renew now what lets CloudFront in at the API; it is renewed by the first run after 30 days",
    kind: { type: "switch" },
    key: null,
  },
];
