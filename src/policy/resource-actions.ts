/**
 * What CloudFormation does for a resource, and hence whoever asks it to must be allowed to do: the
 * permissions that the handlers of the resource types name, as far as these templates' properties make
 * them do something.
 */

/** What the stacks of a site may have in them beside what they always have. */
export interface Features {
  inbox: boolean;
  /** `--collect` */
  collect: boolean;
  /** `--domain` */
  domain: boolean;
  /** `--cloudfront` */
  cloudFront: boolean;
  cloudFrontLogs: boolean;
  /** `--follow-in-lambda` */
  follow: boolean;
  /** `--lake` */
  lake: boolean;
  /** `--alarm`: alarms, a topic and a subscription. */
  alarm: boolean;
  /** `--password`, `--sign-in` and what belongs to them. */
  access: boolean;
  dashboard: boolean;
  reservedConcurrency: boolean;
  /** A layer of the account's own, made by the stack; false with `--layer-arn`. */
  ownLayer: boolean;
  permissionsBoundary: boolean;
  /** `--subnet` */
  vpc: boolean;
}

export const BUCKET_ACTIONS = [
  "s3:CreateBucket",
  "s3:DeleteBucket",
  "s3:PutEncryptionConfiguration",
  "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketOwnershipControls",
  "s3:PutLifecycleConfiguration",
  "s3:PutBucketCORS",
  "s3:PutBucketNotification",
  "s3:PutBucketTagging",
  "s3:GetBucketPolicy",
  "s3:PutBucketPolicy",
  "s3:DeleteBucketPolicy",
];

/** Of functions, named after their stack. */
export function functionActions({
  reservedConcurrency,
  inbox,
  collect,
  follow,
}: Features): string[] {
  return [
    "lambda:CreateFunction",
    "lambda:GetFunction",
    "lambda:UpdateFunctionCode",
    "lambda:UpdateFunctionConfiguration",
    "lambda:DeleteFunction",
    "lambda:AddPermission",
    "lambda:GetPolicy",
    "lambda:RemovePermission",
    "lambda:TagResource",
    "lambda:UntagResource",
    "lambda:ListTags",
    ...(reservedConcurrency
      ? ["lambda:PutFunctionConcurrency", "lambda:DeleteFunctionConcurrency"]
      : []),
    ...(inbox || collect || follow ? ["lambda:GetFunctionConfiguration"] : []),
  ];
}

export const LAYER_ACTIONS = [
  "lambda:PublishLayerVersion",
  "lambda:GetLayerVersion",
  "lambda:DeleteLayerVersion",
];

export const API_ACTIONS = [
  "apigateway:POST",
  "apigateway:GET",
  "apigateway:PATCH",
  "apigateway:PUT",
  "apigateway:DELETE",
  "apigateway:TagResource",
  "apigateway:UntagResource",
];

export function roleActions({ permissionsBoundary }: Features): string[] {
  return [
    "iam:CreateRole",
    "iam:GetRole",
    "iam:DeleteRole",
    "iam:PutRolePolicy",
    "iam:GetRolePolicy",
    "iam:DeleteRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "iam:TagRole",
    "iam:UntagRole",
    ...(permissionsBoundary
      ? ["iam:PutRolePermissionsBoundary", "iam:DeleteRolePermissionsBoundary"]
      : []),
  ];
}

export const LOG_ACTIONS = [
  "logs:CreateLogGroup",
  "logs:DeleteLogGroup",
  "logs:PutRetentionPolicy",
  "logs:TagResource",
  "logs:UntagResource",
  "logs:ListTagsForResource",
];

export const QUEUE_ACTIONS = [
  "sqs:CreateQueue",
  "sqs:DeleteQueue",
  "sqs:GetQueueAttributes",
  "sqs:SetQueueAttributes",
  "sqs:TagQueue",
  "sqs:UntagQueue",
  "sqs:ListQueueTags",
];

export const RULE_ACTIONS = [
  "events:PutRule",
  "events:DescribeRule",
  "events:DeleteRule",
  "events:PutTargets",
  "events:RemoveTargets",
  "events:ListTargetsByRule",
];

export const MAPPING_ACTIONS = [
  "lambda:CreateEventSourceMapping",
  "lambda:GetEventSourceMapping",
  "lambda:UpdateEventSourceMapping",
  "lambda:DeleteEventSourceMapping",
];

/** Of the lake's database; its tables go with it. */
export const CATALOG_ACTIONS = [
  "glue:CreateDatabase",
  "glue:GetDatabase",
  "glue:UpdateDatabase",
  "glue:DeleteDatabase",
];

export const TOPIC_ACTIONS = [
  "sns:CreateTopic",
  "sns:DeleteTopic",
  "sns:GetTopicAttributes",
  "sns:SetTopicAttributes",
  "sns:Subscribe",
  "sns:Unsubscribe",
  "sns:GetSubscriptionAttributes",
  "sns:ListSubscriptionsByTopic",
  "sns:TagResource",
  "sns:UntagResource",
  "sns:ListTagsForResource",
];

export const ALARM_ACTIONS = [
  "cloudwatch:PutMetricAlarm",
  "cloudwatch:DescribeAlarms",
  "cloudwatch:DeleteAlarms",
  "cloudwatch:TagResource",
  "cloudwatch:UntagResource",
  "cloudwatch:ListTagsForResource",
];

export const DASHBOARD_ACTIONS = [
  "cloudwatch:PutDashboard",
  "cloudwatch:GetDashboard",
  "cloudwatch:DeleteDashboards",
];

/** What CloudFormation does for a distribution, its policies and its function. */
export const CLOUDFRONT_ACTIONS = [
  ...["CachePolicy", "OriginRequestPolicy", "ResponseHeadersPolicy"].flatMap((kind) => [
    `cloudfront:Create${kind}`,
    `cloudfront:Get${kind}`,
    `cloudfront:Update${kind}`,
    `cloudfront:Delete${kind}`,
  ]),
  "cloudfront:CreateFunction",
  "cloudfront:DescribeFunction",
  "cloudfront:GetFunction",
  "cloudfront:UpdateFunction",
  "cloudfront:PublishFunction",
  "cloudfront:DeleteFunction",
  "cloudfront:CreateDistribution",
  "cloudfront:GetDistribution",
  "cloudfront:GetDistributionConfig",
  "cloudfront:UpdateDistribution",
  "cloudfront:DeleteDistribution",
  "cloudfront:TagResource",
  "cloudfront:UntagResource",
  "cloudfront:ListTagsForResource",
];

/** What an update does with the secret that lets CloudFront in; CloudFormation reads it, too. */
export const SECRET_ACTIONS = [
  "secretsmanager:CreateSecret",
  "secretsmanager:PutSecretValue",
  "secretsmanager:GetSecretValue",
  "secretsmanager:ListSecretVersionIds",
  "secretsmanager:DeleteSecret",
];

/** Of the bucket that CloudFront logs into, which it does by an ACL. */
export const LOG_BUCKET_ACTIONS = ["s3:GetBucketAcl", "s3:PutBucketAcl"];

/** What Lambda looks up for a function in a VPC, as whoever makes it. */
export const VPC_ACTIONS = [
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSubnets",
  "ec2:DescribeVpcs",
];

/** What an update does with the bucket of replicas that a function is to follow: it makes it send its events. */
export const EVENT_ACTIONS = ["s3:GetBucketNotification", "s3:PutBucketNotification"];

/** What `dsl collect-tokens` and an update with `--collect` do with the tokens of a site. */
export const TOKEN_ACTIONS = ["ssm:GetParametersByPath", "ssm:PutParameter", "ssm:DeleteParameter"];

/** What an update does with the parameter of who may see the site. */
export const ACCESS_ACTIONS = ["ssm:GetParameter", "ssm:PutParameter", "ssm:DeleteParameter"];

/** What dsl itself does with certificates. */
export const CERTIFICATE_ACTIONS = [
  "acm:RequestCertificate",
  "acm:AddTagsToCertificate",
  "acm:DescribeCertificate",
  "acm:ListTagsForCertificate",
  "acm:DeleteCertificate",
];

/** These have no resources to name. */
export const FIND_DOMAIN_ACTIONS = ["acm:ListCertificates", "route53:ListHostedZonesByName"];

/** Records of a stack. */
export const RECORD_ACTIONS = [
  "route53:ChangeResourceRecordSets",
  "route53:GetHostedZone",
  "route53:GetChange",
];
