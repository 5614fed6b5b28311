/**
 * What CloudFormation calls for a resource, as whoever started it: the permissions that the handlers of
 * AWS's resource types declare (`handlers` in the schemas of the CloudFormation registry), as far as the
 * resource's properties make them act.
 */

import { CLOUDFRONT_ACTIONS } from "./cloudfront-actions.ts";
import { always, type HandlerActions, named, type Properties } from "./handler-action.ts";

const lambda = (name: string) => `lambda:${name}`;
const apiGateway = (path: string): HandlerActions => ({
  arn: (_id, { region }) => `arn:aws:apigateway:${region}::${path}`,
  actions: {
    create: always("apigateway:POST", "apigateway:GET"),
    update: always("apigateway:PATCH", "apigateway:GET"),
    delete: always("apigateway:DELETE", "apigateway:GET"),
  },
});

export const HANDLER_ACTIONS: Readonly<Record<string, HandlerActions>> = {
  "AWS::S3::Bucket": {
    arn: (id) => `arn:aws:s3:::${id}`,
    actions: {
      create: (properties) => ["s3:CreateBucket", ...bucketActions(properties)],
      update: bucketActions,
      delete: always("s3:DeleteBucket"),
    },
  },
  "AWS::S3::BucketPolicy": {
    arn: (id) => `arn:aws:s3:::${id}`,
    actions: {
      create: always("s3:GetBucketPolicy", "s3:PutBucketPolicy"),
      update: always("s3:GetBucketPolicy", "s3:PutBucketPolicy"),
      delete: always("s3:GetBucketPolicy", "s3:DeleteBucketPolicy"),
    },
  },
  "AWS::IAM::Role": {
    arn: (id, { account }) => `arn:aws:iam::${account}:role/${id}`,
    actions: {
      create: (properties) => [
        "iam:CreateRole",
        "iam:GetRole",
        "iam:PutRolePolicy",
        "iam:GetRolePolicy",
        "iam:TagRole",
        ...(properties.PermissionsBoundary ? ["iam:PutRolePermissionsBoundary"] : []),
      ],
      update: (properties) => [
        "iam:GetRole",
        "iam:PutRolePolicy",
        "iam:DeleteRolePolicy",
        "iam:UpdateAssumeRolePolicy",
        "iam:TagRole",
        "iam:UntagRole",
        ...(properties.PermissionsBoundary
          ? ["iam:PutRolePermissionsBoundary", "iam:DeleteRolePermissionsBoundary"]
          : []),
      ],
      delete: always("iam:DeleteRole", "iam:DeleteRolePolicy", "iam:GetRole"),
    },
  },
  "AWS::IAM::ManagedPolicy": {
    arn: (id) => id,
    actions: {
      create: always("iam:CreatePolicy", "iam:GetPolicy"),
      update: always("iam:CreatePolicyVersion", "iam:DeletePolicyVersion", "iam:GetPolicy"),
      delete: always("iam:DeletePolicy", "iam:ListPolicyVersions"),
    },
  },
  "AWS::IAM::OIDCProvider": {
    arn: (id) => id,
    actions: {
      create: always("iam:CreateOpenIDConnectProvider", "iam:GetOpenIDConnectProvider"),
      update: always("iam:GetOpenIDConnectProvider"),
      delete: always("iam:DeleteOpenIDConnectProvider"),
    },
  },
  "AWS::Logs::LogGroup": {
    arn: named("logs", "log-group:"),
    actions: {
      create: always("logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:TagResource"),
      update: always(
        "logs:PutRetentionPolicy",
        "logs:TagResource",
        "logs:UntagResource",
        "logs:ListTagsForResource",
      ),
      delete: always("logs:DeleteLogGroup"),
    },
  },
  "AWS::Lambda::LayerVersion": {
    arn: (id) => id.replace(/:\d+$/, ""),
    actions: {
      create: always(lambda("PublishLayerVersion"), lambda("GetLayerVersion")),
      update: always(lambda("GetLayerVersion")),
      delete: always(lambda("DeleteLayerVersion"), lambda("GetLayerVersion")),
    },
  },
  "AWS::Lambda::Function": {
    arn: named("lambda", "function:"),
    actions: {
      create: (properties) => [
        lambda("CreateFunction"),
        lambda("GetFunction"),
        lambda("TagResource"),
        ...(properties.ReservedConcurrentExecutions === undefined
          ? []
          : [lambda("PutFunctionConcurrency")]),
      ],
      update: (properties) => [
        lambda("UpdateFunctionCode"),
        lambda("UpdateFunctionConfiguration"),
        lambda("GetFunction"),
        lambda("TagResource"),
        lambda("UntagResource"),
        lambda("ListTags"),
        ...(properties.ReservedConcurrentExecutions === undefined
          ? []
          : [lambda("PutFunctionConcurrency"), lambda("DeleteFunctionConcurrency")]),
      ],
      delete: always(lambda("DeleteFunction"), lambda("GetFunction")),
    },
  },
  "AWS::Lambda::Permission": {
    // It is a statement of the function's policy.
    arn: (_id, where, { FunctionName }) =>
      named("lambda", "function:")(String(FunctionName), where),
    actions: {
      create: always(lambda("AddPermission"), lambda("GetPolicy")),
      update: always(lambda("AddPermission"), lambda("RemovePermission"), lambda("GetPolicy")),
      delete: always(lambda("RemovePermission"), lambda("GetPolicy")),
    },
  },
  "AWS::Lambda::EventSourceMapping": {
    arn: named("lambda", "event-source-mapping:"),
    actions: {
      create: always(lambda("CreateEventSourceMapping"), lambda("GetEventSourceMapping")),
      update: always(lambda("UpdateEventSourceMapping"), lambda("GetEventSourceMapping")),
      delete: always(lambda("DeleteEventSourceMapping"), lambda("GetEventSourceMapping")),
    },
  },
  "AWS::ApiGatewayV2::Api": apiGateway("/apis/x"),
  "AWS::ApiGatewayV2::Integration": apiGateway("/apis/x"),
  "AWS::ApiGatewayV2::Route": apiGateway("/apis/x"),
  "AWS::ApiGatewayV2::Stage": apiGateway("/apis/x"),
  "AWS::ApiGatewayV2::DomainName": apiGateway("/domainnames/x"),
  "AWS::ApiGatewayV2::ApiMapping": apiGateway("/domainnames/x/apimappings/y"),
  "AWS::Route53::RecordSet": {
    arn: (_id, _where, { HostedZoneId }) => `arn:aws:route53:::hostedzone/${String(HostedZoneId)}`,
    actions: {
      create: always("route53:ChangeResourceRecordSets", "route53:GetHostedZone"),
      update: always("route53:ChangeResourceRecordSets", "route53:GetHostedZone"),
      delete: always("route53:ChangeResourceRecordSets", "route53:GetHostedZone"),
    },
  },
  "AWS::SQS::Queue": {
    arn: (id, { region, account }) =>
      `arn:aws:sqs:${region}:${account}:${id.split("/").at(-1) ?? ""}`,
    actions: {
      create: always("sqs:CreateQueue", "sqs:GetQueueAttributes", "sqs:TagQueue"),
      update: always(
        "sqs:SetQueueAttributes",
        "sqs:GetQueueAttributes",
        "sqs:ListQueueTags",
        "sqs:TagQueue",
        "sqs:UntagQueue",
      ),
      delete: always("sqs:DeleteQueue", "sqs:GetQueueAttributes"),
    },
  },
  "AWS::SQS::QueuePolicy": {
    // It is an attribute of the queues.
    arn: (_id, { region, account }, { Queues }) =>
      `arn:aws:sqs:${region}:${account}:${String((Queues as string[])[0])
        .split("/")
        .at(-1)}`,
    actions: {
      create: always("sqs:SetQueueAttributes"),
      update: always("sqs:SetQueueAttributes"),
      delete: always("sqs:SetQueueAttributes"),
    },
  },
  "AWS::SNS::Topic": {
    arn: (id) => id,
    actions: {
      create: always("sns:CreateTopic", "sns:GetTopicAttributes", "sns:TagResource"),
      update: always(
        "sns:SetTopicAttributes",
        "sns:GetTopicAttributes",
        "sns:ListTagsForResource",
        "sns:TagResource",
        "sns:UntagResource",
      ),
      delete: always("sns:DeleteTopic", "sns:GetTopicAttributes"),
    },
  },
  "AWS::SNS::Subscription": {
    // A subscription's ARN is its topic's with an id.
    arn: (id) => id.split(":").slice(0, 6).join(":"),
    actions: {
      create: always("sns:Subscribe", "sns:GetSubscriptionAttributes"),
      update: always("sns:GetSubscriptionAttributes"),
      delete: always(
        "sns:Unsubscribe",
        "sns:GetSubscriptionAttributes",
        "sns:ListSubscriptionsByTopic",
      ),
    },
  },
  "AWS::CloudWatch::Alarm": {
    arn: named("cloudwatch", "alarm:"),
    actions: {
      create: always(
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:DescribeAlarms",
        "cloudwatch:TagResource",
      ),
      update: always(
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:DescribeAlarms",
        "cloudwatch:ListTagsForResource",
        "cloudwatch:TagResource",
        "cloudwatch:UntagResource",
      ),
      delete: always("cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms"),
    },
  },
  "AWS::CloudWatch::Dashboard": {
    arn: (id, { account }) => `arn:aws:cloudwatch::${account}:dashboard/${id}`,
    actions: {
      create: always("cloudwatch:PutDashboard", "cloudwatch:GetDashboard"),
      update: always("cloudwatch:PutDashboard", "cloudwatch:GetDashboard"),
      delete: always("cloudwatch:DeleteDashboards", "cloudwatch:GetDashboard"),
    },
  },
  ...CLOUDFRONT_ACTIONS,
  "AWS::Glue::Database": {
    arn: named("glue", "database/"),
    actions: {
      create: always("glue:CreateDatabase", "glue:GetDatabase"),
      update: always("glue:UpdateDatabase", "glue:GetDatabase"),
      delete: always("glue:DeleteDatabase", "glue:GetDatabase"),
    },
  },
  "AWS::Events::Rule": {
    arn: named("events", "rule/"),
    actions: {
      create: always("events:PutRule", "events:DescribeRule", "events:PutTargets"),
      update: always(
        "events:PutRule",
        "events:DescribeRule",
        "events:PutTargets",
        "events:RemoveTargets",
        "events:ListTargetsByRule",
      ),
      delete: always(
        "events:DeleteRule",
        "events:DescribeRule",
        "events:RemoveTargets",
        "events:ListTargetsByRule",
      ),
    },
  },
};

/** Each of the bucket's settings is a call of its own. */
function bucketActions(properties: Properties): string[] {
  const calls: Record<string, string> = {
    BucketEncryption: "s3:PutEncryptionConfiguration",
    PublicAccessBlockConfiguration: "s3:PutBucketPublicAccessBlock",
    OwnershipControls: "s3:PutBucketOwnershipControls",
    LifecycleConfiguration: "s3:PutLifecycleConfiguration",
    CorsConfiguration: "s3:PutBucketCORS",
    NotificationConfiguration: "s3:PutBucketNotification",
  };
  const settings = Object.entries(calls).filter(([name]) => properties[name] !== undefined);
  return [...settings.map(([, action]) => action), "s3:PutBucketTagging"];
}
