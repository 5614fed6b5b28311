/**
 * Which IAM actions were needed for what was asked of the local AWS, on which resources: what an
 * account's owner may do is not evaluated here, but tests can hold a policy to it.
 */

export interface NeededAction {
  action: string;
  /** An ARN of what CloudFormation made; of a request, what it names: a key, a stack. */
  resource: string;
}

export class NeededActions {
  readonly #seen = new Map<string, NeededAction>();

  note(action: string, resource: string): void {
    this.#seen.set(`${action} ${resource}`, { action, resource });
  }

  report(): NeededAction[] {
    return [...this.#seen.values()];
  }

  clear(): void {
    this.#seen.clear();
  }
}

/** Request → IAM action, where it is not "service:Operation". */
const OTHER_NAMES: Record<string, string> = {
  "s3:ListObjectsV2": "s3:ListBucket",
  "s3:ListObjects": "s3:ListBucket",
  "s3:ListObjectVersions": "s3:ListBucketVersions",
  "s3:ListMultipartUploads": "s3:ListBucketMultipartUploads",
  "s3:ListBuckets": "s3:ListAllMyBuckets",
  "s3:HeadObject": "s3:GetObject",
  "s3:HeadBucket": "s3:ListBucket",
  "s3:DeleteObjects": "s3:DeleteObject",
  "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
  "s3:PutBucketNotificationConfiguration": "s3:PutBucketNotification",
  "s3:CopyObject": "s3:PutObject",
  "s3:CreateMultipartUpload": "s3:PutObject",
  "s3:UploadPart": "s3:PutObject",
  "s3:CompleteMultipartUpload": "s3:PutObject",
  "lambda:Invoke": "lambda:InvokeFunction",
};

/** The action that a request needs; null for those that need none (STS). */
export function actionOf(service: string, operation: string): string | null {
  if (service === "sts") return null;
  const prefix = service === "monitoring" ? "cloudwatch" : service;
  return OTHER_NAMES[`${prefix}:${operation}`] ?? `${prefix}:${operation}`;
}
