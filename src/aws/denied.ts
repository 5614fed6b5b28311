import type { AwsCall } from "./calls.ts";

/** Request → IAM action where it is not "service:Operation". */
const ACTIONS: Record<string, string> = {
  "S3:ListObjectsV2": "s3:ListBucket",
  "S3:ListObjectVersions": "s3:ListBucketVersions",
  "S3:ListMultipartUploads": "s3:ListBucketMultipartUploads",
  "S3:HeadObject": "s3:GetObject",
  "S3:HeadBucket": "s3:ListBucket",
  "S3:DeleteObjects": "s3:DeleteObject",
  "S3:CreateMultipartUpload": "s3:PutObject",
  "S3:UploadPart": "s3:PutObject",
  "S3:CompleteMultipartUpload": "s3:PutObject",
  "CloudWatchLogs:FilterLogEvents": "logs:FilterLogEvents",
};

/**
 * Explains a denied request: who may not do what to which resource, and whether a policy that
 * denies explicitly (a bucket policy, an organisation's policy) is in the way.
 *
 * IAM's own sentence is `User: ARN is not authorized to perform: ACTION on resource: ARN because no
 * identity-based policy allows …` or `… with an explicit deny in a resource-based policy`; parts of
 * it may be missing.
 */
export function explainDenial(
  message: string,
  call: AwsCall,
): { code: string; message: string; hint: string } {
  const action = /to perform: ([\w-]+:\w+)/.exec(message)?.[1] ?? actionOf(call);
  const resource = /on resource: "?(arn:[^\s"]+)/.exec(message)?.[1] ?? resourceOf(call);
  const who = /(arn:aws[\w-]*:(?:sts|iam)::[^\s"]+) is not authorized/.exec(message)?.[1];
  const sentence = `${who ?? "These credentials"} may not ${action}${resource === null ? "" : ` on ${resource}`}`;
  const organisation = /(?:deny in a|because no) (service|resource) control policy/.exec(message);
  if (organisation !== null) {
    return {
      code: "access_denied",
      message: `${sentence}: a policy of the organisation forbids it (AWS says: ${message.trim()})`,
      hint: `ask the administrators of the AWS organisation to allow ${action}; policies in the account cannot`,
    };
  }
  const denier = /explicit deny in an? ((?:[\w-]+ )+?(?:policy|boundary))/.exec(message)?.[1];
  if (denier !== undefined) {
    return {
      code: "access_denied",
      message: `${sentence}: a ${denierName(denier)} denies it`,
      hint: `have the owner of that policy allow ${action} (a Deny wins over every Allow)`,
    };
  }
  return {
    code: "access_denied",
    message: sentence,
    hint: `allow ${action} in the IAM policy of these credentials, and check that no bucket policy denies it; --profile selects other credentials`,
  };
}

/** IAM says "resource-based policy" for what everyone calls a bucket policy. */
function denierName(denier: string): string {
  return denier === "resource-based policy" ? "bucket policy (resource-based policy)" : denier;
}

function actionOf({ service, operation }: AwsCall): string {
  return ACTIONS[`${service}:${operation}`] ?? `${service.toLowerCase()}:${operation}`;
}

function resourceOf({ input }: AwsCall): string | null {
  if ("Bucket" in input) {
    const key = "Key" in input ? `/${input.Key}` : "";
    return `arn:aws:s3:::${input.Bucket}${key}`;
  }
  return "StackName" in input ? `stack ${input.StackName}` : null;
}
